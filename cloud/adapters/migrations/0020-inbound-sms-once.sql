-- A text message that the gateway hands over twice at once does what it asks for once, whose number it is by then. Of
-- one that was kept twice already the first stays.
alter table personal.inbound_sms disable trigger user;
delete from personal.inbound_sms again using personal.inbound_sms first
  where again.gateway_message_id = first.gateway_message_id and again.written > first.written;
alter table personal.inbound_sms enable trigger user;
create unique index inbound_sms_everywhere on personal.inbound_sms (gateway_message_id);
