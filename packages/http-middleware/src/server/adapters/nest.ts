/**
 * Nest 10 and 11 on both platforms: an interceptor that says which controller and handler answered.
 * The request itself is traced by `tracingMiddleware()` (on Express) or by the plugin of
 * `./fastify`.
 */
import { trace } from "@opentelemetry/api";
import { exchangeOfRequest } from "../node-exchange.js";

/** What is read of Nest's execution context. */
export interface NestExecutionContext {
  /** Returns `http`, `rpc` or `ws`. */
  getType(): string;
  /** Returns the controller. */
  getClass(): {
    /** Name of the controller. */
    readonly name: string;
  };
  /** Returns the method. */
  // biome-ignore lint/complexity/noBannedTypes: Nest's own declaration
  getHandler(): Function;
  /** Returns access to request and response. */
  switchToHttp(): {
    /** Returns the platform's request. */
    getRequest(): unknown;
  };
}

interface Observer<Value> {
  next(value: Value): void;
  error(error: unknown): void;
  complete(): void;
}

/** What is called of RxJS, through the observable that Nest hands out. */
export interface NestObservable<Value> {
  /** Starts the work and observes its result. */
  subscribe(observer: Observer<Value>): unknown;
}

/**
 * Writes `code.function.name` (`UserController.findOne`) onto the span of a request, and records
 * what the handler throws before a filter of Nest turns it into a response. Changes neither values
 * nor errors. Never throws.
 *
 * @example
 * const app = await NestFactory.create(AppModule);
 * app.use(tracingMiddleware());
 * app.useGlobalInterceptors(new TracingInterceptor());
 */
export class TracingInterceptor {
  /** Called by Nest for each request. */
  intercept<Observable extends NestObservable<unknown>>(
    context: NestExecutionContext,
    next: { handle(): Observable },
  ): Observable {
    const answer = next.handle();
    if (context.getType() !== "http") return answer;
    // On Fastify the platform's request wraps Node's.
    const request = context.switchToHttp().getRequest() as object & { readonly raw?: object };
    const exchange = exchangeOfRequest(request.raw ?? request);
    if (exchange === undefined || !exchange.open) return answer;
    const name = `${context.getClass().name}.${context.getHandler().name}`;
    trace.getSpan(exchange.context)?.setAttribute("code.function.name", name);
    // Another observable of the same kind, which sees errors before Nest's filters make answers of
    // them.
    const Kind = answer.constructor as new (subscribe: (observer: Observer<unknown>) => unknown) => Observable;
    return new Kind((observer) =>
      answer.subscribe({
        next: (value) => observer.next(value),
        error(error) {
          exchange.fail(error);
          observer.error(error);
        },
        complete: () => observer.complete(),
      }),
    );
  }
}
