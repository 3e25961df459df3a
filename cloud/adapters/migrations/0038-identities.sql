-- Members of staff as the identity provider of their company knows them.
select record.create_kind('personal', 'identity', '{personId,issuer,subject}', false);
create unique index identity_of_subject on personal.identity (organisation_id, issuer, subject);
