-- The lists that instances left, the latest first. The grammar is that of SharedHotKeys.
--
-- KEYS[1]  the key
-- ARGV     most instances, longest list
--
-- Returns the lists; what is longer than it may be is left out.

local key, most, longest = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('TYPE', key).ok ~= 'hash' or redis.call('HSTRLEN', key, 'times') > 10000 then
  return {}
end
local lists = {}
for id in string.gmatch(redis.call('HGET', key, 'times') or '', '(%S+) %d+\n') do
  local length = redis.call('HSTRLEN', key, 'l' .. id)
  if #lists < most and length > 0 and length <= longest then
    lists[#lists + 1] = redis.call('HGET', key, 'l' .. id)
  end
end
return lists
