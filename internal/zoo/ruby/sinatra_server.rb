# Items and tasks with Sinatra on Puma, in the classic style of its guide, compressed by Rack::Deflater.
#
# What it chooses where the contract leaves a choice: POST on an existing key replaces and answers 200, POST on an existing
# id is refused with 409; PUT of a task with {} changes nothing and answers 200; a write answers with the new state, a DELETE
# with a message; GET has a weak tag; a deleted task answers 410; tasks are listed by what they say; Location has no host.
require 'json'
require 'digest'
require 'securerandom'
require 'sinatra'

use Rack::Deflater
set :bind, '127.0.0.1'
set :port, Integer(ENV.fetch('PORT'))
set :lock, true # one request after the other
set :show_exceptions, false
set :raise_errors, false
set :quiet, true

ITEMS = {}
TASKS = {}
DELETED = {}
METHODS = { '/items/:key' => %w[GET HEAD POST PUT DELETE], '/tasks' => %w[GET HEAD POST], '/tasks/:id' => %w[GET HEAD POST PUT DELETE] }

helpers do
  def refuse(status, why)
    halt status, { error: why }.to_json
  end

  # The body, which has to be an object labelled as JSON.
  def body_object
    refuse 415, 'send application/json' unless request.media_type == 'application/json'
    text = request.body.read.force_encoding(Encoding::UTF_8)
    refuse 400, 'the body is not UTF-8' unless text.valid_encoding?
    body = JSON.parse(text)
    refuse 422, 'the body is not an object' unless body.is_a?(Hash)
    body
  rescue JSON::ParserError
    refuse 400, 'the body is not JSON'
  end

  def description
    text = body_object['description']
    refuse 422, 'description has to be a string' unless text.is_a?(String)
    text
  end

  def show(state)
    text = state.to_json
    etag Digest::SHA256.hexdigest(text), kind: :weak if request.get? || request.head?
    text
  end

  def task
    TASKS[params['id']] || refuse(DELETED[params['id']] ? 410 : 404, 'no such task')
  end

  def new_task(id)
    TASKS[id] = { id: id, description: description, complete: false }
    status 201
    TASKS[id].to_json
  end
end

before do
  content_type :json
end

get '/items/:key' do
  refuse 404, 'no such item' unless ITEMS.key?(params['key'])
  show({ value: ITEMS[params['key']] })
end

%i[post put].each do |method|
  send method, '/items/:key' do
    body = body_object
    refuse 422, 'value is missing' unless body.key?('value')
    status ITEMS.key?(params['key']) ? 200 : 201
    ITEMS[params['key']] = body['value']
    { value: body['value'] }.to_json
  end
end

delete '/items/:key' do
  refuse 404, 'no such item' unless ITEMS.key?(params['key'])
  ITEMS.delete(params['key'])
  { message: 'deleted' }.to_json
end

get '/tasks' do
  show TASKS.values.sort_by { |task| [task[:description], task[:id]] }
end

post '/tasks' do
  id = SecureRandom.uuid
  answer = new_task(id)
  headers 'Location' => "/tasks/#{id}"
  answer
end

get '/tasks/:id' do
  show task
end

post '/tasks/:id' do
  refuse 409, 'the id exists already' if TASKS.key?(params['id'])
  new_task(params['id'])
end

put '/tasks/:id' do
  body = body_object
  refuse 422, 'complete has to be true or false' unless [true, false].include?(body.fetch('complete', true))
  task[:complete] = body['complete'] if body.key?('complete')
  task.to_json
end

delete '/tasks/:id' do
  TASKS.delete(task[:id])
  DELETED[params['id']] = true
  { message: 'deleted' }.to_json
end

# Sinatra knows no 405: these routes come after the others and answer what is left.
METHODS.each do |path, methods|
  options path do
    headers 'Allow' => (methods + ['OPTIONS']).join(', ')
    { allow: methods }.to_json
  end
  (%w[PUT PATCH DELETE] - methods).each do |method|
    send method.downcase, path do
      headers 'Allow' => (methods + ['OPTIONS']).join(', ')
      refuse 405, 'this is not done here'
    end
  end
end

not_found do
  response.body.empty? || response.body.first.start_with?('<') ? { error: 'there is no such path' }.to_json : response.body
end

error do
  { error: 'that was our fault' }.to_json
end
