// A backend that accepts every connection and answers nothing.
const { createServer } = require("node:net");
const { answer } = require("./answering.cjs");

const server = createServer((socket) => socket.on("error", () => {}).resume());

answer({ port: () => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port))) });
