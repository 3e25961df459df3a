-- In which trace an organisation's data were stored last, for who forecasts from them. Outside the schemas that are backed up.
create unlogged table public.kuluma_trace (organisation_id text primary key, traceparent text not null);
