-- What the scripts share that read the head of the log.

-- The fields of the head; none where it is missing or any of them is damaged.
local function headOf(key)
  if redis.call('TYPE', key).ok ~= 'hash' then
    return {}
  end
  local head = redis.call('HMGET', key, 'lineage', 'seq', 'floor', 'run', 'settled', 'members',
    'past', 'bytes')
  local lineage, seq, floor = head[1], head[2], head[3]
  local sound = lineage and #lineage == 16 and not string.find(lineage, '[^0-9a-f]')
    and seq and string.match(seq, '^%d+$') and floor and string.match(floor, '^%d+$') and head[4]
  return {lineage = sound and lineage, seq = tonumber(seq), floor = tonumber(floor), run = head[4],
    settled = head[5] == '1', members = head[6] or '', past = head[7] or '',
    bytes = tonumber(head[8]) or 0}
end

-- Older lineages, the last first; those beyond the last 64 are forgotten.
local function pastOf(lineages)
  return string.sub(lineages, 1, 64 * 16)
end

local function lineOf(m)
  return table.concat({m.id, m.boot, m.beat, m.applied, m.binding, m.address}, ' ')
end

-- The parts of a member's line; none of one that is damaged.
local BINDINGS = {confirms = 1, forgets = 2, serves = 3}
local function memberOf(line)
  local id, boot, beat, applied, binding, address =
    string.match(line, '^(%S+) (%d+) (%S+) (%d+) (%l+) (%S+)$')
  if id and BINDINGS[binding] and (beat == '-' or string.match(beat, '^%d+$')) then
    return {id = id, boot = boot, beat = beat, applied = applied, binding = binding,
      address = address}
  end
end

-- Of a member that was not heard of in a lineage it is not sure in which mode it is by now: the one
-- counts in which it does more without Redis.
local function takeLaxer(m, other)
  if BINDINGS[other.binding] > BINDINGS[m.binding] then
    m.binding = other.binding
  end
end

-- Which process of Redis this is.
local function run()
  local server, replication = redis.call('INFO', 'server'), redis.call('INFO', 'replication')
  local id = string.match(server, 'run_id:(%w+)')
  local history = string.match(replication, 'master_replid:(%w+)')
  if not id or not history then
    error('INFO does not show which process this is')
  end
  return id .. ':' .. history
end

