-- A text message that the gateway hands over twice at once does what it asks for once, whose number it is by then.
create unique index inbound_sms_everywhere on personal.inbound_sms (gateway_message_id);
