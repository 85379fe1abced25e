-- Takes a member off the list: it stops, and nobody has to wait for it.
--
-- KEYS[1]  the control key
-- ARGV     lineage followed, member, its boot: what a process that has ended said may come late,
--          when the next one with its id is a member

local head = redis.call('HMGET', KEYS[1], 'lineage', 'members')
if head[1] ~= ARGV[1] or not head[2] then
  return 0
end
local members = {}
for line in string.gmatch(head[2], '[^\n]+') do
  local id, boot = string.match(line, '^(%S+) (%S+) ')
  if id ~= ARGV[2] or boot ~= ARGV[3] then
    members[#members + 1] = line
  end
end
redis.call('HSET', KEYS[1], 'members', table.concat(members, '\n'))
return 1
