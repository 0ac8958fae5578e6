/** The service's own settings; tracing has its own. */
export interface ServiceSettings {
  readonly port: number;
  readonly host: string;
  /** Whom `/` asks for the time; no call when absent. */
  readonly timeService: URL | undefined;
}

/** What the environment asks for, and every mistake in it as `VARIABLE=value: what is allowed`. */
export function readSettings(environment: NodeJS.ProcessEnv): { settings: ServiceSettings; problems: string[] } {
  const { PORT = "8080", HOST = "0.0.0.0", TIME_SERVICE_URL } = environment;
  const problems: string[] = [];
  const port = /^\d{1,5}$/.test(PORT) ? Number(PORT) : Number.NaN;
  if (!(port <= 65_535)) problems.push(`PORT=${PORT}: a whole number from 0 to 65535; 0 takes a free one`);
  const timeService = TIME_SERVICE_URL ? origin(TIME_SERVICE_URL) : undefined;
  if (TIME_SERVICE_URL && timeService === undefined) {
    problems.push(`TIME_SERVICE_URL=${TIME_SERVICE_URL}: an origin without a path, for example http://time:8080`);
  }
  return { settings: { port, host: HOST, timeService }, problems };
}

function origin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const http = url.protocol === "http:" || url.protocol === "https:";
  return http && url.href === `${url.origin}/` ? url : undefined;
}
