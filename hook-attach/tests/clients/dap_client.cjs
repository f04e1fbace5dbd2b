// The client of the Debug Adapter Protocol that VS Code's adapters are tested with, against `hook-attach --dap`.
//
// usage: node dap_client.cjs FOLDER     FOLDER has hook-attach and examples/service; NODE_PATH has
// @vscode/debugadapter-testsupport

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { DebugClient } = require("@vscode/debugadapter-testsupport");

const folder = path.resolve(process.argv[2]);
const runtime = fs.mkdtempSync(path.join(os.tmpdir(), "hookable-"));
const environment = { ...process.env, XDG_RUNTIME_DIR: runtime };

async function main() {
  const service = spawn(`${folder}/examples/service`, { env: { ...environment, HOOKABLE: "listen" } });
  const lines = [];
  await new Promise((ready) => service.stdout.on("data", (data) => { lines.push(`${data}`); ready(); }));

  const client = new DebugClient("node", "", "hookable", { env: environment });
  // The class starts adapters by node; this one is a program.
  const adapter = spawn(`${folder}/hook-attach`, ["--dap"], { env: environment, stdio: ["pipe", "pipe", "inherit"] });
  client.connect(adapter.stdout, adapter.stdin);
  const initialized = client.waitForEvent("initialized", 10000);
  await client.initializeRequest();
  await initialized;
  await client.attachRequest({ program: service.pid });
  await client.configurationDoneRequest();
  assert.equal((await client.threadsRequest()).body.threads[0].name, "the program runs");

  const stopped = client.waitForEvent("stopped", 30000);
  service.stdin.write("apple 3\n");
  const event = (await stopped).body;
  assert.equal(event.description, "order of 3 apple");
  const threadId = event.threadId;
  assert.ok((await client.threadsRequest()).body.threads.some((thread) => thread.id === threadId));
  const frames = (await client.stackTraceRequest({ threadId })).body.stackFrames;
  console.log(frames.map((frame) => `${frame.name} ${frame.source?.path}:${frame.line}`).join("\n"));
  assert.equal(frames[0].line, 20);
  assert.ok(fs.existsSync(frames[0].source.path), frames[0].source.path);
  const [scope] = (await client.scopesRequest({ frameId: frames[0].id })).body.scopes;
  const variables = async (variablesReference) => (await client.variablesRequest({ variablesReference })).body.variables;
  // This workspace is built without debug information of variables.
  const [caller] = (await client.scopesRequest({ frameId: frames[1].id })).body.scopes;
  await assert.rejects(variables(caller.variablesReference), /built without `debug = true`/);
  const locals = await variables(scope.variablesReference);
  console.log(locals.map((local) => `${local.name}: ${local.type} = ${local.value}`).join("\n"));
  const orders = locals.find((local) => local.name === "orders");
  const fields = await variables(orders.variablesReference);
  assert.deepEqual(fields.map((field) => `${field.evaluateName} = ${field.value}`), [
    'orders.by_item = {"apple": 3}',
    "orders.total = 1",
  ]);
  assert.deepEqual((await variables(fields[0].variablesReference)).map((entry) => entry.name), ['"apple"']);

  const set = (name, value, variablesReference) => client.setVariableRequest({ variablesReference, name, value });
  assert.equal((await set("total", "before + number", orders.variablesReference)).body.value, "3");
  await assert.rejects(set("total", "nope", orders.variablesReference), /cannot find value/);
  await assert.rejects(set('"apple"', "4", fields[0].variablesReference), /no place that can be written/);
  const evaluate = (expression, context) => client.evaluateRequest({ expression, context });
  assert.equal((await evaluate("orders.total", "hover")).body.result, "3");
  await assert.rejects(evaluate("orders.total += 1", "hover"), /evaluated unasked/);
  await assert.rejects(evaluate("take(orders, item, 1)", "watch"), /evaluated unasked/);
  assert.equal((await evaluate("orders.by_item.values().sum::<u32>()", "repl")).body.result, "3");
  assert.match((await evaluate(":locals number", "repl")).body.result, /number: u32 = 3/);
  await assert.rejects(evaluate("1 +", "repl"), /expected expression/);
  const printed = client.waitForEvent("output", 30000);
  await evaluate('println!("{item} {number}")', "repl");
  assert.deepEqual((await printed).body, { category: "stdout", output: "apple 3\n" });
  const completions = async (text) =>
    (await client.customRequest("completions", { text, column: text.length + 1 })).body.targets;
  const [total] = await completions("orders.tot");
  assert.deepEqual(total, { label: "total: u32", text: "total", start: 8, length: 3 });
  assert.ok((await completions("orders.by_item.le")).some((one) => one.text === "len()"), "methods are completed");
  assert.deepEqual((await completions(":rel")).map((one) => one.text), ["reload"]);
  // A step that the program cannot make leaves it where it is.
  await assert.rejects(client.nextRequest({ threadId }), /has no hooks before its statements/);
  assert.equal((await evaluate("orders.total", "hover")).body.result, "3");
  await evaluate(":delete 1", "repl");
  // What the sources have meanwhile is what a program gets that was attached to.
  const reloaded = client.waitForEvent("output", 60000);
  await client.customRequest("restart", {});
  assert.match((await reloaded).body.output, /nothing|replaced/);

  const at = (...breakpoints) => client.setBreakpointsRequest({ source: frames[0].source, breakpoints });
  const [first, second] = (await at({ line: 17 }, { line: 999 })).body.breakpoints;
  assert.deepEqual([first.verified, first.line, second.verified], [true, 17, false]);
  await assert.rejects(client.customRequest("dance"), /not supported/);

  // The breakpoint is a hook that was planted, before the one of the source.
  const planted = client.waitForEvent("stopped", 30000);
  await client.continueRequest({ threadId });
  service.stdin.write("pear 1\n");
  assert.equal((await planted).body.description, null);
  assert.equal((await client.stackTraceRequest({ threadId })).body.stackFrames[0].line, 17);
  // From there it goes on by statements.
  const stepped = client.waitForEvent("stopped", 30000);
  await client.nextRequest({ threadId });
  await stepped;
  assert.equal((await client.stackTraceRequest({ threadId })).body.stackFrames[0].line, 18);
  const [logs, condition] = (await at({ line: 19, logMessage: "{number} of {item}" }, { line: 18, condition: "number > 5" }))
    .body.breakpoints;
  assert.deepEqual([logs.verified, condition.verified], [true, true], `${logs.message} ${condition.message}`);
  const next = client.waitForEvent("stopped", 30000);
  await client.continueRequest({ threadId });
  assert.equal((await next).body.description, "order of 1 pear");
  // The log point prints, and the breakpoint with a condition stops where that holds.
  const logged = client.waitForEvent("output", 30000);
  const large = client.waitForEvent("stopped", 30000);
  await client.continueRequest({ threadId });
  service.stdin.write("plum 6\n");
  assert.equal((await large).body.description, null);
  assert.equal((await client.stackTraceRequest({ threadId })).body.stackFrames[0].line, 18);
  const last = client.waitForEvent("stopped", 30000);
  await client.continueRequest({ threadId });
  assert.match((await logged).body.output, /take: number = 6, item = "plum"/);
  assert.equal((await last).body.description, "order of 6 plum");
  await at();
  await client.continueRequest({ threadId });
  const terminated = client.waitForEvent("terminated", 10000);
  service.stdin.end();
  await terminated;
  assert.ok(lines.join("").includes("3 in total\n4 in total\n5 in total"), lines.join(""));
  await client.disconnectRequest({});
  adapter.kill();

  await launched();
  fs.rmSync(runtime, { recursive: true });
  console.log("the client is served");
  process.exit(0);
}

// A program that the adapter starts: its output comes as events, and it ends with the session.
async function launched() {
  const client = new DebugClient("node", "", "hookable");
  const adapter = spawn(`${folder}/hook-attach`, ["--dap"], { env: environment, stdio: ["pipe", "pipe", "inherit"] });
  client.connect(adapter.stdout, adapter.stdin);
  await client.initializeRequest();
  await assert.rejects(client.launchRequest({ program: "/does/not/exist" }), /failed to start/);
  const output = client.waitForEvent("output", 10000);
  const terminated = client.waitForEvent("terminated", 10000);
  await client.launchRequest({ program: `${folder}/examples/service`, env: { A: "b" } });
  assert.equal((await output).body.output, "ready\n");
  await client.configurationDoneRequest();
  await terminated;
  const again = client.waitForEvent("output", 10000);
  await client.customRequest("restart", {});
  assert.equal((await again).body.output, "ready\n");
  await client.disconnectRequest({});
  adapter.kill();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
