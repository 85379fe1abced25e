-- Gives one variant of an entry a new head and keeps its body. The grammar is that of EntryHash.
--
-- KEYS[1]  the entry
-- ARGV     now (microseconds), id, received and requested of the head that is replaced (16 octets),
--          record, head
--
-- Returns 1: done; 0: the variant is not there as it was.

local key, now = KEYS[1], tonumber(ARGV[1])
local id, expected, record, head = ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local function micros(text, at)
  local high, low = struct.unpack('>I4I4', text, at)
  return high * 4294967296 + low
end

if redis.call('TYPE', key).ok ~= 'hash' then
  return 0
end
local index = redis.call('HGET', key, 'i') or ''
local kept, found, at, last = {}, false, 2, micros(record, 27)
while at <= #index do
  local length = at + 1 <= #index and struct.unpack('>H', index, at) or 0
  if length < 42 or at + 1 + length > #index then
    return 0
  end
  local old = string.sub(index, at, at + 1 + length)
  if string.sub(old, 3, 10) ~= id then
    kept[#kept + 1] = old
    last = math.max(last, micros(old, 27))
  elseif string.sub(old, 11, 26) == expected
    and string.sub(old, 35, 44) == string.sub(record, 35, 44) then
    kept[#kept + 1] = record
    found = true
  end
  at = at + 2 + length
end
if not found then
  return 0
end

redis.call('HSET', key, 'i', '\1' .. table.concat(kept), 'h' .. id, head)
redis.call('PEXPIRE', key, math.max(1, math.ceil((last - now) / 1000)))
local life = math.max(1, math.ceil((micros(record, 27) - now) / 1000))
for n = 0, struct.unpack('>H', record, 43) - 1 do
  redis.call('PEXPIRE', key .. ':' .. string.sub(record, 35, 42) .. ':' .. n, life)
end
return 1
