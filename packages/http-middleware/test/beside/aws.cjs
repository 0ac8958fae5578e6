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
const { askedOnce } = require("./asked-once.cjs");

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
  const listener = mode === "register" ? handler : traceHandler(handler);
  console.log(JSON.stringify({ ...(await askedOnce(listener, tracing, memory)), received }));
  process.exit();
}
main();
