/**
 * An app that sends a message with the AWS SDK. Receives one request, prints what reached SQS and,
 * at last, the spans.
 */
const http = require("node:http");
const { once } = require("node:events");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");
const { InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
const { initTracing } = require("@meshtrace/core");

const [mode] = process.argv.slice(2);
const memory = new InMemorySpanExporter();
const tracing = initTracing({ serviceName: "test", exporter: memory, shutdown: false, propagateTo: ["127.0.0.1"] });
registerInstrumentations({ instrumentations: [new AwsInstrumentation({ suppressInternalInstrumentation: false })] });
if (mode === "register") require("@meshtrace/http-middleware/register");
const { instrumentHttp } = require("@meshtrace/http-middleware/http");
const { traceHandler } = require("@meshtrace/http-middleware");
if (mode === "adapters") instrumentHttp();

const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");

async function main() {
  const received = [];
  const sqs = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ rawHeaders: request.rawHeaders, body: JSON.parse(body) });
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ MessageId: "1" }));
  });
  await once(sqs.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${sqs.address().port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new SQSClient({ region: "eu-west-1", endpoint, credentials, md5: false });

  const handler = async (_request, response) => {
    await client.send(new SendMessageCommand({ QueueUrl: `${endpoint}/1/times`, MessageBody: "noon" }));
    response.end("sent");
  };
  const server = http.createServer(mode === "register" ? handler : traceHandler(handler));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const headers = {
    "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid": "a2fb4a1d1a96d312",
    "x-b3-sampled": "1",
    "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
  };
  const request = { port: server.address().port, host: "127.0.0.1", agent: false, headers, tracing: false };
  const [response] = await once(http.get(request), "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  await tracing.flush();
  const spans = memory.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    status: span.status.code,
    scope: span.instrumentationScope.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    traceId: span.spanContext().traceId,
  }));
  console.log(JSON.stringify({ text, spans, received }));
  process.exit();
}
main();
