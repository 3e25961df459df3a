-- An answer shows names, phone numbers and addresses of people: it is personal data.
alter table record.command_answer set schema personal;
