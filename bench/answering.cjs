// The other end of frame.mjs: a process that answers questions.

/** Answers each question by the function of its name. `cpu` is there already: microseconds, user and system. */
exports.answer = (answers) => {
  const known = { cpu, ...answers };
  process.on("disconnect", () => process.exit());
  process.on("message", async ({ id, question, given }) => {
    try {
      process.send({ id, value: await known[question](...given) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
};

function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

exports.cpu = cpu;
