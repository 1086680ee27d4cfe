import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { spoken } from "../../../src/sweep/bullmq/failure.ts";
import { redacted, redisAddress, withoutSecrets } from "../../../src/sweep/bullmq/index.ts";

const thrown = (body: () => unknown): Error => {
  try {
    body();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

describe("the address of Redis", () => {
  it("is taken apart as ioredis wants it, with the secret decoded", () => {
    const { options, shown } = redisAddress("redis://ann:p%2Fq%40r@db.example:7000/3", {});
    expect(options).toEqual({ host: "db.example", port: 7000, db: 3, username: "ann", password: "p/q@r" });
    expect(shown).toBe("redis://db.example:7000/3");
  });
  it("has Redis's own port and database where none is named, and TLS with the host's name behind rediss", () => {
    expect(redisAddress("redis://localhost", {}).options).toEqual({ host: "localhost", port: 6379, db: 0 });
    expect(redisAddress("rediss://:x@db.example", {}).options).toEqual({ host: "db.example", port: 6379, db: 0, password: "x", tls: { servername: "db.example" } });
    expect(redisAddress("rediss://127.0.0.1", {}).options.tls).toEqual({});
    expect(redisAddress("redis://[::1]:6380", {}).options).toMatchObject({ host: "::1", port: 6380 });
  });
  it("comes from the environment when no flag is given; the flag goes first", () => {
    const environment = { LEMMAGRAD_REDIS: "redis://:word@a.example" };
    expect(redisAddress(undefined, environment)).toMatchObject({ shown: "redis://a.example:6379", flag: "" });
    expect(redisAddress("redis://b.example", environment)).toMatchObject({ shown: "redis://b.example:6379", flag: "--redis redis://b.example:6379" });
  });
  it("never stands with its secret in a line to run again", () => {
    expect(redisAddress("redis://:hush@b.example", {}).flag).toBe('--redis "$LEMMAGRAD_REDIS"');
  });
  it.each([
    [undefined, /no address/], ["", /no address/], ["localhost:6379", /begins with/], ["http://:s3cret@host", /begins with http:/], ["redis://", /names no host|not an address/],
    ["redis://:s3cret@host/cells", /number of a database/], ["redis://:s3cret@host?family=6", /behind \? or #/], ["redis://user:s3cret#t@host", /not an address|behind/],
    ["redis://:s3cret%zz@host", /hexadecimal/], ["redis://:s3cret/t@host", /not an address|database|names no host/], ["redis://:s3cret@host:99999", /not an address/],
  ])("%s is refused in words that do not show it", (text, words) => {
    const error = thrown(() => redisAddress(text, {}));
    expect(error.name).toBe("ParameterError");
    expect(error.message).toMatch(words);
    expect(inspect(error)).not.toContain("s3cret");
  });
  it("leaves no secret in an error, whatever the password holds", () => {
    fc.assert(fc.property(fc.string({ minLength: 6, maxLength: 20 }), fc.constantFrom("", "user"), fc.constantFrom("redis", "rediss", "http", "reds"), fc.constantFrom("host", "host:1/x", "host:123456", ""), (password, user, scheme, rest) => {
      fc.pre(!/^[\s:/]*$/.test(password) && !"redis://[user[:password]@]host[:port][/database], or rediss:// for TLS.".includes(password));
      for (const secret of [password, encodeURIComponent(password)]) {
        let message = "";
        try {
          const address = redisAddress(`${scheme}://${user}:${secret}@${rest}`, {});
          message = `${address.shown}${address.flag}`;
        } catch (error) {
          message = inspect(error).split("\n    at ")[0];
        }
        expect(message).not.toContain(secret);
      }
    }));
  });
});

describe("redacted", () => {
  it("takes user and password out of every address in a text", () => {
    expect(redacted("unknown option '--reddis=redis://u:p@h:1/2' and rediss://:q@w@k.")).toBe("unknown option '--reddis=redis://***@h:1/2' and rediss://***@k.");
    expect(redacted("redis://host:6379 has none")).toBe("redis://host:6379 has none");
  });
  it("also of the parts of an address, encoded or not, where they stand alone", () => {
    const address = redisAddress("redis://ann:p%2Fq@h", {});
    expect(withoutSecrets(address, "AUTH ann p/q, AUTH p%2Fq, redis://ann:p/q@h")).toBe("AUTH ann ***, AUTH ***, redis://***@h");
  });
});

describe("an error of the server or its library", () => {
  const address = redisAddress("redis://ann:s3cret@db.example", {});
  it.each([
    ["NOPERM User ann has no permissions to run 's3cret'", "ConnectionError"], ["unknown command 's3cret', with args beginning with", "ConnectionError"],
    ["OOM command not allowed when used memory > 'maxmemory'. script: s3cret", "ResourceError"], ["something else about redis://ann:s3cret@db.example", "Error"],
  ])("%s is said without the secret in it, or in the command that it carries", (message, name) => {
    const error = Object.assign(new Error(message), { command: { name: "auth", args: ["ann", "s3cret"] } });
    const said = spoken(address, error);
    expect(said.name).toBe(name);
    expect(inspect(said, { depth: 9 })).not.toContain("s3cret");
  });
});
