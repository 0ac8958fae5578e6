import { tracedFetch } from "@meshtrace/http-middleware";

export async function GET() {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL, { cache: "no-store" });
  return new Response(await reply.text());
}
