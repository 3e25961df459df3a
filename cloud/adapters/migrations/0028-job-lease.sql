-- Who does, of all processes on this database, what only one may do. Outside the schemas that are backed up.
create table public.kuluma_lease (name text primary key, holder text not null, held_until timestamptz not null);
