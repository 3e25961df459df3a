-- Parts that go together.
select record.create_kind('record', 'kit', '{code}', false);
