-- Reads and writes of all kinds, on so few names that the store does not grow without end.

local threads = {}

function setup(thread)
	thread:set("number", #threads + 1)
	table.insert(threads, thread)
end

function init()
	math.randomseed(number)
	serverErrors = 0
end

local json = {["Content-Type"] = "application/json"}
local patch = {["Content-Type"] = "application/json-patch+json"}

local kinds = {
	function(n) return wrk.format("PUT", "/items/key" .. n, json, '{"value": "' .. string.rep("v", n) .. '"}') end,
	function(n) return wrk.format("PUT", "/tasks/id" .. n % 100, json, '{"complete": true}') end,
	function(n) return wrk.format("POST", "/tasks/id" .. n % 100, json, '{"description": "task ' .. n .. '"}') end,
	function(n) return wrk.format("PATCH", "/items/key" .. n, patch, '[{"op": "replace", "path": "/value", "value": ' .. n .. '}]') end,
	function(n) return wrk.format("DELETE", "/items/key" .. n) end,
	function() return wrk.format("GET", "/tasks") end,
	function(n) return wrk.format("GET", "/tasks?limit=20&after=" .. n) end,
	function(n) return wrk.format("GET", "/tasks/id" .. n % 100) end,
	function(n) return wrk.format("GET", "/items/key" .. n) end,
	function(n) return wrk.format("GET", "/items/key" .. n) end,
}

function request()
	return kinds[math.random(#kinds)](math.random(500))
end

function response(status)
	if status >= 500 then serverErrors = serverErrors + 1 end
end

function done()
	local sum = 0
	for _, thread in ipairs(threads) do sum = sum + thread:get("serverErrors") end
	print("5xx: " .. sum)
end
