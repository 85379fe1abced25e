-- Before a script that asks in which process of Redis it runs.

local function run()
  local server, replication = redis.call('INFO', 'server'), redis.call('INFO', 'replication')
  local id = string.match(server, 'run_id:(%w+)')
  local history = string.match(replication, 'master_replid:(%w+)')
  if not id or not history then
    error('INFO does not show which process this is')
  end
  return id .. ':' .. history
end

