-- Begins a lineage in place of what cannot be trusted any more. The grammar is that of ControlKey.
--
-- KEYS[1]  the control key
-- ARGV     lineage and seq that were seen (empty: no head), new lineage, lineages left,
--          members to be waited for (lines), channel of the bell, member that asks
--
-- Returns 1: begun; 0: the head is another by now.

local key = KEYS[1]

local head = {}
if redis.call('TYPE', key).ok == 'hash' then
  head = redis.call('HMGET', key, 'lineage', 'seq', 'run', 'floor', 'past', 'members')
end
local isHead = head[1] and head[2] and head[3] and head[4]
local lineage, seq = isHead and head[1] or '', isHead and tostring(tonumber(head[2])) or ''
if lineage ~= ARGV[1] or seq ~= ARGV[2] then
  return 0
end

-- Whoever followed the old lineage may hold what a purge in the new one covers.
local waited, members = {}, ARGV[5]
for line in string.gmatch(members, '[^\n]+') do
  waited[string.match(line, '^(%S+)')] = true
end
for line in string.gmatch(head[6] or '', '[^\n]+') do
  local id, boot, binding, address = string.match(line, '^(%S+) (%S+) %S+ %S+ (%S+) (%S+)$')
  if id and id ~= ARGV[7] and not waited[id] then
    members = members .. '\n' .. table.concat({id, boot, '-', '0', binding, address}, ' ')
  end
end

local past = (lineage ~= ARGV[3] and lineage or '') .. ARGV[4] .. (head[5] or '')
redis.call('UNLINK', key)
redis.call('HSET', key, 'lineage', ARGV[3], 'seq', 0, 'run', run(), 'floor', 0, 'settled', '0',
  'members', members, 'past', string.sub(past, 1, 64 * 16))
redis.call('PUBLISH', ARGV[6], 0)
return 1
