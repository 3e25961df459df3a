-- Manuals, bulletins, drawings and certificates, and their files.
select record.create_kind('record', 'document', '{}', false);
select record.create_kind('record', 'documentFile', '{}', true);
