-- Makes one variant of an entry visible. The grammar is that of EntryHash.
--
-- KEYS[1]  the entry
-- ARGV     now (microseconds), most variants, id, record, head, body (empty where it is in chunks)
--
-- Returns 1: stored; 0: what is there was received later; -1: too many variants.

local key, now, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local id, record, head, body = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local GRACE_MS = 60000

local function micros(text, at)
  local high, low = struct.unpack('>I4I4', text, at)
  return high * 4294967296 + low
end

local function retire(old)
  local chunks = struct.unpack('>H', old, 43)
  for n = 0, chunks - 1 do
    redis.call('PEXPIRE', key .. ':' .. string.sub(old, 35, 42) .. ':' .. n, GRACE_MS)
  end
end

local kind = redis.call('TYPE', key).ok
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('UNLINK', key)
end

local index = redis.call('HGET', key, 'i') or '\1'
local records, at, sound = {}, 2, string.byte(index, 1) == 1
while sound and at <= #index do
  local length = at + 1 <= #index and struct.unpack('>H', index, at) or 0
  sound = length >= 42 and at + 1 + length <= #index
  if sound then
    records[#records + 1] = string.sub(index, at, at + 1 + length)
    at = at + 2 + length
  end
end
if not sound then
  redis.call('UNLINK', key)
  records = {}
end

local received = micros(record, 11)
local kept, dropped, last = {record}, {}, micros(record, 27)
for _, old in ipairs(records) do
  local expires = micros(old, 27)
  if string.sub(old, 3, 10) == id then
    local oldReceived = micros(old, 11)
    if oldReceived > received and oldReceived <= now and expires > now then
      return 0
    end
    if string.sub(old, 35, 42) ~= string.sub(record, 35, 42) then
      retire(old)
    end
  elseif expires <= now then
    dropped[#dropped + 1] = old
  else
    kept[#kept + 1] = old
    last = math.max(last, expires)
  end
end
if #kept > most then
  return -1
end

for _, old in ipairs(dropped) do
  retire(old)
  redis.call('HDEL', key, 'h' .. string.sub(old, 3, 10), 'b' .. string.sub(old, 3, 10))
end
redis.call('HSET', key, 'i', '\1' .. table.concat(kept), 'h' .. id, head)
if struct.unpack('>H', record, 43) == 0 then
  redis.call('HSET', key, 'b' .. id, body)
else
  redis.call('HDEL', key, 'b' .. id)
end
redis.call('PEXPIRE', key, math.max(1, math.ceil((last - now) / 1000)))
return 1
