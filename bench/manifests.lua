-- wrk asks for the targets it is given after "--", in turn.
local requests, turn = {}, 0

function init(targets)
  for number, target in ipairs(targets) do
    requests[number] = wrk.format("GET", target)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
