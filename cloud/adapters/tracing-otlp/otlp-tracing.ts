import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { Tracing } from '../../ports.ts';

export interface OtlpTracingOptions {
  readonly version: string;
  readonly role: string;
  /** Where spans go by OTLP/HTTP, in JSON; what the environment says (`OTEL_EXPORTER_OTLP_ENDPOINT`) unless given. */
  readonly url?: string;
}

/** W3C Trace Context, section 3.2. */
const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

const spanContextOf = (traceparent: string): SpanContext | undefined => {
  const [, traceId, spanId, flags] = traceparentForm.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
};

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** The context of a span elsewhere; undefined where none is named. */
const contextBelow = (api: Opened['api'], traceparent: string | undefined): Context | undefined => {
  const above = traceparent === undefined ? undefined : spanContextOf(traceparent);
  return above && api.trace.setSpanContext(api.ROOT_CONTEXT, above);
};

interface Opened {
  readonly api: typeof import('@opentelemetry/api');
  readonly tracer: Tracer;
  close(): Promise<void>;
}

/** Loads OpenTelemetry, which is of use only where somebody collects. Its sampler is that of `OTEL_TRACES_SAMPLER`. */
const open = async ({ version, role, url }: OtlpTracingOptions, log: Logger): Promise<Opened> => {
  const api = await import('@opentelemetry/api');
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const silent = (): void => {};
  const warn = (message: string): void => log.warn({ message }, 'traces are not told');
  api.diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, api.DiagLogLevel.WARN);
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'kuluma',
      'service.version': version,
      'kuluma.role': role,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(url === undefined ? {} : { url }))],
  });
  return {
    api,
    tracer: provider.getTracer('kuluma', version),
    async close() {
      await provider.shutdown();
      api.context.disable();
      api.diag.disable();
    },
  };
};

/** Tells what happens to data as spans, by OpenTelemetry's protocol. Attributes hold ids and counts only. */
export class OtlpTracing implements Part, Tracing {
  readonly name = 'tracing';
  readonly #options: OtlpTracingOptions;
  readonly #log: Logger;
  #opened: Opened | undefined;

  constructor(options: OtlpTracingOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#opened = await open(this.#options, this.#log);
  }

  async stop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }

  async span<T>(
    name: string,
    about: Readonly<Record<string, string | number>>,
    below: string | undefined,
    work: (traceparent: string | undefined) => Promise<T>,
  ): Promise<T> {
    if (!this.#opened) return work(undefined);
    const { api, tracer } = this.#opened;
    const from = contextBelow(api, below) ?? api.context.active();
    const span: Span = tracer.startSpan(name, { attributes: { ...about } }, from);
    try {
      return await api.context.with(api.trace.setSpan(from, span), () => work(traceparentOf(span.spanContext())));
    } catch (error) {
      span.setStatus({ code: api.SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  past(
    name: string,
    about: Readonly<Record<string, string | number>>,
    below: string | undefined,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): string | undefined {
    if (!this.#opened) return undefined;
    const { api, tracer } = this.#opened;
    const from = contextBelow(api, below) ?? api.ROOT_CONTEXT;
    // Dates: a number below the age of the process would be taken for a time since its start.
    const span = tracer.startSpan(name, { attributes: { ...about }, startTime: new Date(fromMs) }, from);
    span.end(new Date(toMs));
    return traceparentOf(span.spanContext());
  }
}
