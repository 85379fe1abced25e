-- Drops an entry with all its variants. Chunks stay for a minute: readers may be under way.
--
-- KEYS[1]  the entry

local key = KEYS[1]
if redis.call('TYPE', key).ok == 'hash' then
  local index, at = redis.call('HGET', key, 'i') or '', 2
  while at + 1 <= #index do
    local length = struct.unpack('>H', index, at)
    if length < 42 or at + 1 + length > #index then
      break
    end
    for n = 0, struct.unpack('>H', index, at + 42) - 1 do
      redis.call('PEXPIRE', key .. ':' .. string.sub(index, at + 34, at + 41) .. ':' .. n, 60000)
    end
    at = at + 2 + length
  end
end
return redis.call('UNLINK', key)
