/** Transformations made of others speak in their own name. */
import { LemmagradError } from "../errors/index.ts";

type Function = (...args: never[]) => unknown;

/**
 * What `body` makes of f, with the errors of the transformations it is made of said in the name of the one that was
 * called. What f itself throws stays as it is: f may well use those transformations too.
 */
export function inNameOf<T>(where: string, f: Function, body: (f: Function) => T): T {
  let own: unknown;
  const watched: Function = (...args) => {
    try {
      return f(...args);
    } catch (error) {
      own = error;
      throw error;
    }
  };
  try {
    return body(watched);
  } catch (error) {
    if (error === own || !(error instanceof LemmagradError)) throw error;
    const renamed = error.parts.where.replace(/^(grad|vjp|jvp|vmap|jacobian)(?=$|:)/, where);
    if (renamed === error.parts.where) throw error;
    throw new (error.constructor as typeof LemmagradError)({ ...error.parts, where: renamed }, { cause: error });
  }
}
