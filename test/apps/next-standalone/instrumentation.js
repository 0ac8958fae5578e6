/** Next calls it once, before the first request. */
exports.register = async () => {
  const { initTracing } = await import("@meshtrace/core");
  initTracing();
};
