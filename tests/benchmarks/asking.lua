-- Asks the same over and over. With a mark, no two requests are the same: each has a header of its
-- own that Parley's memory of answers tells apart, and that says nothing to anybody else.
local mark, number = "", 0

function init(arguments)
  mark = arguments[1] or ""
  wrk.headers["Accept-Encoding"] = "identity"
end

function request()
  if mark ~= "" then
    number = number + 1
    wrk.headers["Accept-Encoding"] = "identity, unlike-" .. mark .. "-" .. number
  end
  return wrk.format()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "\nresult %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout
  ))
end
