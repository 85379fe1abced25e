-- Begins a lineage in place of what cannot be trusted any more. The grammar is that of ControlKey.
--
-- KEYS[1]  the control key
-- ARGV     lineage and seq that were seen (empty: no head), new lineage, lineages left,
--          members to be waited for (lines), channel of the bell, member that asks,
--          process in which that was seen
--
-- Returns 1: begun; 0: the head, or the process, is another by now.

local key = KEYS[1]

local head = headOf(key)
local lineage = head.lineage or ''
local seq = head.lineage and tostring(head.seq) or ''
if lineage ~= ARGV[1] or seq ~= ARGV[2] or run() ~= ARGV[8] then
  return 0
end

-- Whoever followed the old lineage may hold what a purge in the new one covers.
local waited, lines = {}, {}
local function wait(m)
  m.beat, m.applied = '-', '0'
  waited[m.id] = m
end
for line in string.gmatch(ARGV[5], '[^\n]+') do
  wait(memberOf(line))
end
for line in string.gmatch(head.members or '', '[^\n]+') do
  local m = memberOf(line)
  if m and not waited[m.id] then
    wait(m)
  elseif m and m.id ~= ARGV[7] then
    takeLaxer(waited[m.id], m)
  end
end
for _, m in pairs(waited) do
  lines[#lines + 1] = lineOf(m)
end
table.sort(lines)

local past = (lineage ~= ARGV[3] and lineage or '') .. ARGV[4] .. (head.past or '')
redis.call('UNLINK', key)
redis.call('HSET', key, 'lineage', ARGV[3], 'seq', 0, 'run', run(), 'floor', 0, 'settled', '0',
  'members', table.concat(lines, '\n'), 'past', pastOf(past))
redis.call('PUBLISH', ARGV[6], 0)
return 1
