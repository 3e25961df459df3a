import { DemoClock } from '@kuluma/shared/clock.ts';
import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { LocalDay } from '@kuluma/shared/model/base.ts';
import { type ConfigSource, loadConfig } from '@kuluma/shared/node/config.ts';
import { type Static, type TProperties, Type } from 'typebox';
import { isDay } from './core/set-up/checks.ts';

const section = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false, default: {} });
/** One of the words; the first unless said otherwise. */
const choice = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>(Type.Enum([...words], { default: words[0] }));
const Port = (standard: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: standard, description: '0 for a free one' });
const Host = Type.String({ minLength: 1, default: '127.0.0.1' });

/** Configuration of the cloud service; kuluma.example.yaml shows every key. */
export const CloudConfig = Type.Object(
  {
    /** What this process does, of those that share servers: gateways, pages and API, jobs; alone it does all. */
    role: choice(['all', 'ingest', 'api', 'worker']),
    dataDir: Type.String({ minLength: 1, default: '.kuluma' }),
    /** Of models and photos where several processes share them; else they are in dataDir. */
    sharedDir: Type.Optional(Type.String({ minLength: 1 })),
    http: section({
      host: Host,
      port: Port(8080),
      /** True behind a reverse proxy that sets X-Forwarded-For, -Proto and -Host. */
      trustProxy: Type.Boolean({ default: false }),
      /** How long /readyz says no before it ends, so that a proxy sends nobody there any more. */
      leaveSec: Type.Number({ minimum: 0, maximum: 5, default: 0 }),
      /** Whoever shows it reads /metrics; without it nobody does. */
      metricsToken: Type.Optional(Type.String({ minLength: 16 })),
    }),
    mqtt: section({
      kind: choice(['embedded', 'external']),
      host: Host,
      port: Port(1883),
      /** Of the external broker: mqtt://host:port, or mqtts:// for TLS. */
      url: Type.Optional(Type.String({ pattern: '^(mqtts?|wss?)://' })),
      username: Type.Optional(Type.String()),
      password: Type.Optional(Type.String()),
      /** Services with the same name share the messages of the external broker between them. */
      share: Type.String({ pattern: '^[A-Za-z0-9_-]+$', default: 'ingest' }),
    }),
    /** Of the pages, the API and the embedded broker. */
    tls: section({
      /** `local`: by an authority of this service's own, for first use; `files`: by certificates of yours. */
      kind: choice(['off', 'local', 'files']),
      /** DNS names and addresses under which a local certificate is reached, beside this machine's own. */
      names: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]+$' }), { default: [] }),
      /** PEM; the certificate with those between it and its authority. */
      certFile: Type.Optional(Type.String({ minLength: 1 })),
      keyFile: Type.Optional(Type.String({ minLength: 1 })),
    }),
    /** Edge nodes of other makers on a broker of the site; those that sign in at the embedded broker need none of this. */
    sparkplug: section({
      /** mqtt://host:port, or mqtts:// for TLS. One service alone listens there. */
      url: Type.Optional(Type.String({ pattern: '^(mqtts?|wss?)://' })),
      username: Type.Optional(Type.String()),
      password: Type.Optional(Type.String()),
    }),
    records: section({
      kind: choice(['pglite', 'postgres']),
      /** Of the PostgreSQL server: postgres://user:password@host:port/database */
      url: Type.Optional(Type.String({ minLength: 1 })),
    }),
    timeSeries: section({
      kind: choice(['duckdb', 'influx']),
      /** As DuckDB spells it. */
      memoryLimit: Type.String({ default: '512MB' }),
      threads: Type.Integer({ minimum: 1, default: 2 }),
      /** How long the embedded store keeps samples, and their sums by the hour and by the day. A server has a policy of its own. */
      retention: section({
        sampleDays: Type.Integer({ minimum: 1, default: 730 }),
        hourYears: Type.Integer({ minimum: 1, default: 10 }),
        dayYears: Type.Integer({ minimum: 1, default: 30 }),
      }),
      /** Of the InfluxDB server. */
      url: Type.Optional(Type.String({ minLength: 1 })),
      database: Type.String({ minLength: 1, default: 'kuluma' }),
      token: Type.Optional(Type.String()),
    }),
    /** Ways of plans: by the great circle with the speeds of Finnish roads, or by road from an OSRM server. */
    travel: section({
      kind: choice(['haversine', 'osrm']),
      /** Of the server's table service with its profile: http://localhost:5000/table/v1/driving */
      url: Type.Optional(Type.String({ pattern: '^https?://' })),
      /** How long an answer may take; ways are guessed then. */
      timeoutSec: Type.Number({ exclusiveMinimum: 0, maximum: 60, default: 5 }),
    }),
    jobs: section({
      /** When jobs look whether they are due: cron with seconds, wall time. */
      tick: Type.String({ default: '*/5 * * * * *' }),
      /** Product time between forecasts of the fleet. */
      forecastEveryMin: Type.Number({ minimum: 1, default: 60 }),
      /** When the models are tended, by night: cron with seconds, wall time in UTC. A demo does it by product time. */
      tendModels: Type.String({ default: '0 15 1 * * *' }),
      /** When personal data whose time is over are removed: cron with seconds, wall time in UTC. */
      purgePersonal: Type.String({ default: '0 45 2 * * *' }),
      /** Most that the training of one machine model may take. */
      trainingBudgetMin: Type.Number({ exclusiveMinimum: 0, maximum: 30, default: 10 }),
      /** Product time between two tidyings of the time series. */
      maintainEveryMin: Type.Number({ minimum: 1, default: 360 }),
    }),
    /** Prices until somebody sets others on the pages. */
    terms: section({
      labourCentsPerHour: Type.Integer({ minimum: 0, default: 9_500 }),
      travelCentsPerKm: Type.Integer({ minimum: 0, default: 120 }),
      /** Once for a visit. */
      callOutCents: Type.Integer({ minimum: 0, default: 0 }),
      /** Per mille; 255 is 25.5 %, the general rate of Finland. */
      vatRatePermille: Type.Integer({ minimum: 0, maximum: 1000, default: 255 }),
      /** How long an owner may think, and times are held. Product time. */
      offerValidHours: Type.Number({ exclusiveMinimum: 0, default: 72 }),
    }),
    /** Letters to contacts. Without a mail server they wait, and offers are seen on the owner's page only. */
    messages: section({
      /** smtp://user:password@host:587, or smtps:// */
      smtpUrl: Type.Optional(Type.String({ pattern: '^smtps?://' })),
      /** Sender: `Service company <service@example.com>` */
      from: Type.Optional(Type.String({ pattern: '@' })),
      /** Where contacts reach the pages: https://service.example.com */
      publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^/]+(/.*)?[^/]$' })),
      /** Where text messages are handed over (docs/sms-gateway.md), and the token that we show there. */
      smsUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
      smsToken: Type.Optional(Type.String({ minLength: 16 })),
      /** The token that the SMS gateway shows us. */
      smsInboundToken: Type.Optional(Type.String({ minLength: 16 })),
      /** Where an integrator hears what became of messages (docs/messages.md), and the key by which events are signed. */
      webhookUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
      webhookSecret: Type.Optional(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$' })),
      /**
       * Push services to which notes for phones of technicians go, with the hosts below them; or whole origins. Phones name
       * their own, so nothing is sent anywhere else. Notes need `publicUrl` or `from`: whom a push service may ask.
       */
      pushServices: Type.Array(Type.String({ minLength: 4 }), {
        default: ['fcm.googleapis.com', 'push.services.mozilla.com', 'push.apple.com', 'notify.windows.com'],
      }),
      /** Country code of numbers that are written without one. */
      homeCountry: Type.String({ pattern: '^\\+[1-9]\\d{0,2}$', default: '+358' }),
      /** What is said within so long goes in one letter. Product time, as all of these. */
      collectMin: Type.Number({ minimum: 0, default: 10 }),
      /** That a contact gets at most, confirmations of what they did aside. */
      lettersPerDay: Type.Integer({ minimum: 1, default: 1 }),
      quietFrom: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', default: '20:00' }),
      quietTo: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', default: '07:00' }),
    }),
    /** Accounts that people of a company have anyway, at providers of OpenID Connect (docs/operate.md). */
    signIn: section({
      providers: Type.Array(
        Type.Object(
          {
            /** Stands in the address that the provider sends people back to. */
            id: Type.String({ pattern: '^[a-z0-9-]{1,50}$' }),
            /** On the button. */
            name: Type.String({ minLength: 1 }),
            /** As its discovery document says: https://login.example.com/tenant; plain HTTP on this machine alone. */
            issuer: Type.String({ pattern: '^(https://|http://(localhost|127\\.0\\.0\\.1)(:|/|$))' }),
            clientId: Type.String({ minLength: 1 }),
            clientSecret: Type.String({ minLength: 1 }),
            /** Whose people they are, where there are several companies on this service. */
            organisationId: Type.Optional(Type.String({ minLength: 1 })),
            /** Of a provider that gives addresses to its own people only, and does not say that it verified them. */
            vouchesForEmail: Type.Boolean({ default: false }),
            /** Who has an address there is let in as that; without it only people who were added. */
            newPeople: Type.Optional(
              Type.Object(
                {
                  domains: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]+$' }), { minItems: 1 }),
                  role: choice(['auditor', 'planner']),
                },
                { additionalProperties: false },
              ),
            ),
          },
          { additionalProperties: false },
        ),
        { default: [] },
      ),
    }),
    /** Whom somebody tells who has found a weakness of this service: /.well-known/security.txt (RFC 9116). */
    securityTxt: section({
      /** mailto:security@example.com, https://..., tel:...; the preferred one first. */
      contacts: Type.Array(Type.String({ pattern: '^(mailto:|https://|tel:)[^\\s]+$' }), { default: [] }),
      /** The last day on which they are right; at most a year ahead. Then the file is not there. */
      validUntilOn: Type.Optional(LocalDay),
      /** How you deal with what you are told. */
      policyUrl: Type.Optional(Type.String({ pattern: '^https://[^\\s]+$' })),
    }),
    /** A CRM and an ERP of the company (docs/business-systems.md). */
    business: section({
      /** Whose they are, where there are several companies on this service. */
      organisationId: Type.Optional(Type.String({ minLength: 1 })),
      /** When their customers, parts and stock are read: cron with seconds, wall time in UTC. */
      readAt: Type.String({ default: '0 45 2 * * *' }),
      hubSpot: Type.Optional(
        Type.Object(
          {
            url: Type.String({ pattern: '^https?://.*[^/]$', default: 'https://api.hubapi.com' }),
            token: Type.String({ minLength: 16 }),
          },
          { additionalProperties: false },
        ),
      ),
      businessCentral: Type.Optional(
        Type.Object(
          {
            /** Up to the company: https://api.businesscentral.dynamics.com/v2.0/tenant/environment/api/v2.0/companies(id) */
            url: Type.String({ pattern: '^https?://.*[^/]$' }),
            tokenUrl: Type.String({ pattern: '^https?://' }),
            clientId: Type.String({ minLength: 1 }),
            clientSecret: Type.String({ minLength: 1 }),
            /** Numbers of the G/L accounts that labour and travel are booked on. */
            labourAccount: Type.String({ minLength: 1 }),
            travelAccount: Type.String({ minLength: 1 }),
            /** Name of the depot where its stock lies; without it stock is kept here alone. */
            depot: Type.Optional(Type.String({ minLength: 1 })),
            /** Visits done from this day on are invoiced there as drafts; without it none are. */
            invoicesFrom: Type.Optional(LocalDay),
          },
          { additionalProperties: false },
        ),
      ),
    }),
    /** Of demos and tests only: `kuluma serve` refuses it. */
    clock: Type.Optional(DemoClock),
  },
  { additionalProperties: false },
);
export type CloudConfig = Static<typeof CloudConfig>;

/** What one schema cannot say: a server needs its address, a letter its sender. */
/** Where anybody's tenant signs in (Microsoft Entra ID), so that an address is what its tenant wrote there. */
const isForAnyTenant = (issuer: string): boolean => /\/(common|organizations|consumers)(\/|$)/i.test(issuer);

const faultsBetween = (config: CloudConfig): Fault[] => {
  const { role, sharedDir, mqtt, tls, records, timeSeries, travel, messages, signIn, securityTxt } = config;
  const missing = (section: string, example: string): Fault => ({
    path: `/${section}/url`,
    message: 'is needed for this kind',
    hint: `for example ${example}`,
  });
  const isShared = mqtt.kind === 'external' && records.kind === 'postgres' && timeSeries.kind === 'influx';
  return [
    ...(role !== 'all' && !isShared
      ? [
          {
            path: '/role',
            message: 'processes divide the work only over an external broker, PostgreSQL and InfluxDB',
            hint: 'set mqtt.kind, records.kind and timeSeries.kind, or leave role out',
          },
        ]
      : []),
    ...(role !== 'all' && !sharedDir
      ? [{ path: '/sharedDir', message: 'is needed', hint: 'a folder that all processes see, for models and photos' }]
      : []),
    ...(mqtt.kind === 'external' && !mqtt.url ? [missing('mqtt', 'mqtt://broker:1883')] : []),
    ...(records.kind === 'postgres' && !records.url ? [missing('records', 'postgres://kuluma@db/kuluma')] : []),
    ...(tls.kind === 'files'
      ? (['certFile', 'keyFile'] as const).flatMap((key) =>
          tls[key] ? [] : [{ path: `/tls/${key}`, message: 'is needed for certificates of yours' }],
        )
      : []),
    ...(messages.smsUrl
      ? (['smsToken', 'smsInboundToken'] as const).flatMap((key) =>
          messages[key] ? [] : [{ path: `/messages/${key}`, message: 'is needed to send text messages' }],
        )
      : []),
    ...(messages.webhookUrl && !messages.webhookSecret
      ? [{ path: '/messages/webhookSecret', message: 'is needed to sign events' }]
      : []),
    ...(messages.smtpUrl
      ? (['from', 'publicUrl'] as const).flatMap((key) =>
          messages[key] ? [] : [{ path: `/messages/${key}`, message: 'is needed to send letters' }],
        )
      : []),
    ...(signIn.providers.length > 0 && !messages.publicUrl
      ? [{ path: '/messages/publicUrl', message: 'is needed for people to come back from an identity provider' }]
      : []),
    ...signIn.providers.flatMap(({ issuer, vouchesForEmail }, i) =>
      vouchesForEmail && isForAnyTenant(issuer)
        ? [
            {
              path: `/signIn/providers/${i}/vouchesForEmail`,
              message: 'is not for an issuer of all tenants: whoever has one could write the address of anybody there',
              hint: 'name your own tenant in the issuer',
            },
          ]
        : [],
    ),
    ...(securityTxt.contacts.length > 0 && !isDay(securityTxt.validUntilOn ?? '')
      ? [{ path: '/securityTxt/validUntilOn', message: 'is needed to name contacts', hint: 'a day such as 2027-06-30' }]
      : []),
    ...(travel.kind === 'osrm' && !travel.url ? [missing('travel', 'http://localhost:5000/table/v1/driving')] : []),
    ...(timeSeries.kind === 'influx' && !timeSeries.url ? [missing('timeSeries', 'http://influx:8086')] : []),
  ];
};

/** @throws CONFIG_INVALID with every fault. Environment variables begin with KULUMA_CLOUD_. */
export const loadCloudConfig = (source: Omit<ConfigSource, 'envPrefix'>): CloudConfig => {
  const config = loadConfig(CloudConfig, { ...source, envPrefix: 'KULUMA_CLOUD_' });
  const faults = faultsBetween(config);
  if (faults.length > 0) throw new AppError('CONFIG_INVALID', 'the configuration is not complete', { faults });
  return config;
};
