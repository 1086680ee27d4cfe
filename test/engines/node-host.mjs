/** Runs the workload in this Node: node [flags] node-host.mjs WORKLOAD.mjs REQUEST, both answered and asked in JSON. */
import { pathToFileURL } from "node:url";

const [workload, request] = process.argv.slice(2);
const { run } = await import(pathToFileURL(workload).href);
process.stdout.write(JSON.stringify(run(JSON.parse(request))));
