// An agent that counts spans in UDP packets when it is asked. Argument: text that occurs once in
// each span.
const { createSocket } = require("node:dgram");
const { answer } = require("../../../bench/answering.cjs");

const mark = process.argv[2];
const socket = createSocket("udp4");
let spans = 0;
socket.on("message", (packet) => {
  for (let at = packet.indexOf(mark); at >= 0; at = packet.indexOf(mark, at + mark.length)) spans += 1;
});

answer({
  port: () => new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket.address().port))),
  spans: () => spans,
});
