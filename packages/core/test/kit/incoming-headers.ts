/** Headers that a sidecar sends with a request, as Zipkin's B3 specification writes them. */
export const TRACE_ID = "80f198ee56343ba864fe8b2a57d3eff7";
export const SPAN_ID = "e457b5a2e4d86bd1";
export const PARENT_SPAN_ID = "05e3ac9a4f6e3b90";
const REQUEST_ID = "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7";

export const INCOMING = {
  "x-b3-traceid": TRACE_ID,
  "x-b3-spanid": SPAN_ID,
  "x-b3-parentspanid": PARENT_SPAN_ID,
  "x-b3-sampled": "1",
  "x-request-id": REQUEST_ID,
};

/** The same request after the mesh has decided not to sample it. */
export const UNSAMPLED = { ...INCOMING, "x-b3-sampled": "0" };

/** A second trace, for tests that must not confuse two. */
export const OTHER_TRACE_ID = "463ac35c9f6413ad48485a3953bb6124";
export const OTHER_SPAN_ID = "a2fb4a1d1a96d312";
