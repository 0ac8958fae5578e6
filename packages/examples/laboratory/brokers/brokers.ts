/**
 * Brokers on free ports of 127.0.0.1, started for a test.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installed } from "../mesh/parts/install.js";
import { runStep } from "../mesh/parts/step.js";
import { freePorts, startProcess } from "../mesh/running-process.js";

export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

/** Debian's package `rabbitmq-server` puts it there. */
const RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server";
export const hasRabbitMq = existsSync(RABBITMQ);

export async function startNats(): Promise<Broker> {
  const [port = 0] = await freePorts(1);
  const args = ["--addr", "127.0.0.1", "--port", String(port)];
  return startProcess({ name: "NATS", command: installed("nats"), args, ready: () => accepts(port) }).then(
    (running) => ({
      port,
      stop: running.stop,
    }),
  );
}

export async function startValkey(): Promise<Broker> {
  const [port = 0] = await freePorts(1);
  const args = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--maxmemory-policy", "noeviction"];
  const running = await startProcess({
    name: "Valkey",
    command: installed("valkey"),
    args,
    ready: () => accepts(port),
  });
  return { port, stop: running.stop };
}

export async function startKafka(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "kafka-"));
  const [port = 0, controller = 0] = await freePorts(2);
  const file = join(folder, "kafka.properties");
  await writeFile(file, kafkaProperties(folder, port, controller));
  const java = ["-Xmx256m", "-cp", `${installed("kafka")}/*`];
  const format = ["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", file];
  await runStep({ name: "format of Kafka's log", command: "java", args: [...java, ...format], folder });
  const running = await startProcess({
    name: "Kafka",
    command: "java",
    args: [...java, "kafka.Kafka", file],
    ready: () => accepts(port),
  });
  return { port, stop: () => running.stop().finally(() => remove(folder)) };
}

function kafkaProperties(folder: string, port: number, controller: number): string {
  return [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names=CONTROLLER",
    `log.dirs=${join(folder, "log")}`,
    "offsets.topic.replication.factor=1",
    "offsets.topic.num.partitions=1",
    "group.initial.rebalance.delay.ms=0",
  ].join("\n");
}

export async function startElasticMq(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "elasticmq-"));
  const [port = 0] = await freePorts(1);
  const file = join(folder, "elasticmq.conf");
  const address = `protocol = http, host = 127.0.0.1, port = ${port}, context-path = ""`;
  const sqs = `enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict`;
  const rest = "rest-stats { enabled = false }";
  await writeFile(
    file,
    `include classpath("application.conf")\nnode-address { ${address} }\nrest-sqs { ${sqs} }\n${rest}\n`,
  );
  const running = await startProcess({
    name: "ElasticMQ",
    command: "java",
    args: ["-Xmx128m", `-Dconfig.file=${file}`, "-cp", `${installed("elasticmq")}/*`, "org.elasticmq.server.Main"],
    ready: () => accepts(port),
  });
  return { port, stop: () => running.stop().finally(() => remove(folder)) };
}

export async function startRabbitMq(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "rabbitmq-"));
  const [port = 0, distribution = 0, mapper = 0] = await freePorts(3);
  // Otherwise RabbitMQ starts one that stays.
  const epmd = await startProcess({
    name: "epmd",
    command: "epmd",
    args: ["-port", String(mapper)],
    ready: () => accepts(mapper),
  });
  const running = await startProcess({
    name: "RabbitMQ",
    command: RABBITMQ,
    args: [],
    environment: {
      HOME: folder,
      ERL_EPMD_PORT: String(mapper),
      RABBITMQ_NODENAME: "mesh@localhost",
      RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
      RABBITMQ_LOG_BASE: folder,
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
      RABBITMQ_CONFIG_FILE: join(folder, "none"),
    },
    ready: () => accepts(port),
  });
  return {
    port,
    stop: () =>
      running
        .stop()
        .finally(() => epmd.stop())
        .finally(() => remove(folder)),
  };
}

/** Whether someone listens on the port. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
