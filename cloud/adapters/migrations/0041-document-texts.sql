-- What was read out of documents, so that they can be searched.
select record.create_kind('record', 'documentText', '{fileId}', true);
