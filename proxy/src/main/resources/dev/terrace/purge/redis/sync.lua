-- One step of an instance that follows the log. The grammar is that of ControlKey.
--
-- KEYS[1]  the control key
-- ARGV     lineage followed (empty: none), seq applied, nonce at seq, lineages left,
--          member, boot, beat, last beat acknowledged (empty: none), binding, address,
--          settle ("1": this lineage has been known for long enough), now (ms),
--          most records, longest age (ms), records in one answer, channel of the bell,
--          members that were heard of elsewhere (lines), most bytes of records, the same in one
--          answer, give or take a record, members that are struck off (lines, as they stand),
--          then for each pending purge: id, record
--
-- Returns  {"doubt", reason, lineage, seq, run}: nothing was written
--          {"adopt", lineage}
--          {"current", seq, floor, settled, members, known, record...}
--          known: lines of id and seq, of pending purges not above the seq applied
--          floor: as it was before this step forgot more, which is above what is returned

local key = KEYS[1]
local mine, applied, nonce, left = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local member, boot, beat, acknowledged = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local now, most, age, page = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]),
  tonumber(ARGV[15])
local mostBytes, pageBytes = tonumber(ARGV[18]), tonumber(ARGV[19])

local function doubt(reason, lineage, seq)
  return {'doubt', reason, lineage or '', tostring(seq or ''), run()}
end

local head = headOf(key)
if not head.lineage then
  return doubt('head-missing')
end
local lineage, seq, floor, past, bytes = head.lineage, head.seq, head.floor, head.past, head.bytes
if head.run ~= run() then
  return doubt('run', lineage, seq)
end
if string.find(left, lineage, 1, true) then
  return doubt('left-lineage', lineage, seq)
end
-- A server whose memory is full refuses what may take more of it, unless the script has written
-- before: purges must be heard of then, too, and the log is bounded.
local function beginWriting()
  redis.call('HDEL', key, '')
end
if lineage ~= mine then
  beginWriting()
  if mine ~= '' and not string.find(past, mine, 1, true) then
    redis.call('HSET', key, 'past', pastOf(mine .. past))
  end
  return {'adopt', lineage}
end

local struck = {}
for line in string.gmatch(ARGV[20], '[^\n]+') do
  struck[line] = true
end
local members, own = {}, nil
for line in string.gmatch(head.members, '[^\n]+') do
  local m = memberOf(line)
  if m and m.id == member then
    own = m
  elseif m and not struck[line] then
    members[m.id] = m
  end
end
local lastBeat = own and own.boot == boot and tonumber(own.beat)
if acknowledged ~= '' and not (lastBeat and lastBeat >= tonumber(acknowledged)) then
  return doubt('beat', lineage, seq)
end
if applied > seq then
  return doubt('position', lineage, seq)
end
if applied > floor then
  local at = redis.call('HGET', key, 'r' .. applied)
  if not at or string.sub(at, 1, 8) ~= nonce then
    return doubt('nonce', lineage, seq)
  end
end

local first = math.max(applied, floor) + 1
local records, room = {}, pageBytes
local function isRoom()
  return #records < page and room > 0
end
local function add(record)
  records[#records + 1] = record
  room = room - #record
end
while isRoom() and first + #records <= seq do
  local record = redis.call('HGET', key, 'r' .. (first + #records))
  if not record then
    return doubt('gap', lineage, seq)
  end
  add(record)
end

-- Nothing is written above this line but for `past`.

beginWriting()

-- A purge that comes again under its id is the same if it covers the same: all but nonce and time.
local function isSame(at, record)
  local before = redis.call('HGET', key, 'r' .. at)
  return before and string.sub(before, 17) == string.sub(record, 17)
end

local appended, known = false, {}
for i = 21, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  local at = redis.call('HGET', key, 'p:' .. id)
  if not (at and isSame(at, record)) then
    seq = seq + 1
    bytes = bytes + #record
    redis.call('HSET', key, 'r' .. seq, record, 'p:' .. id, seq)
    appended = true
    if isRoom() and seq == first + #records then
      add(record)
    end
  elseif tonumber(at) <= applied then
    known[#known + 1] = id .. ' ' .. at
  end
end

local forgotten = floor
local function trim(n)
  local record = redis.call('HGET', key, 'r' .. n)
  if record then
    local id = 'p:' .. string.sub(record, 18, 17 + string.byte(record, 17))
    redis.call('HDEL', key, 'r' .. n)
    if redis.call('HGET', key, id) == tostring(n) then
      redis.call('HDEL', key, id)
    end
    bytes = bytes - #record
  end
  forgotten = n
end
while seq - forgotten > most or (bytes > mostBytes and forgotten < seq) do
  trim(forgotten + 1)
end
for _ = 1, 100 do
  local oldest = forgotten < seq and redis.call('HGET', key, 'r' .. (forgotten + 1))
  if not oldest then
    break
  end
  local high, low = struct.unpack('>I4I4', oldest, 9)
  if high * 4294967296 + low >= now - age then
    break
  end
  trim(forgotten + 1)
end

local settled = (head.settled or ARGV[11] == '1') and '1' or '0'
for line in string.gmatch(ARGV[17], '[^\n]+') do
  local carried = memberOf(line)
  local there = members[carried.id]
  if not there then
    members[carried.id] = carried
  elseif there.beat == '-' then
    takeLaxer(there, carried)
  end
end
members[member] = {id = member, boot = boot, beat = beat, applied = applied, binding = ARGV[9],
  address = ARGV[10]}
local lines = {}
for _, m in pairs(members) do
  lines[#lines + 1] = lineOf(m)
end
table.sort(lines)
local listed = table.concat(lines, '\n')
redis.call('HSET', key, 'seq', seq, 'floor', forgotten, 'bytes', bytes, 'settled', settled,
  'members', listed)
if appended then
  redis.call('PUBLISH', ARGV[16], seq)
end
local answer = {'current', tostring(seq), tostring(floor), settled, listed,
  table.concat(known, '\n')}
for _, record in ipairs(records) do
  answer[#answer + 1] = record
end
return answer
