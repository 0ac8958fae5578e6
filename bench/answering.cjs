// Lets a process answer the questions of frame.mjs.

/**
 * Answers each question with the function of its name. `cpu` is built in: microseconds, user and
 * system.
 */
exports.answer = (answers) => {
  const known = { cpu, ...answers };
  process.on("disconnect", () => process.exit());
  process.on("message", async ({ id, question, args }) => {
    try {
      process.send({ id, value: await known[question](...args) });
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
