-- Photos of visits; their bytes are files.
select record.create_kind('personal', 'visitFile', '{visitId}', true);
