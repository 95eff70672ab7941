import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Items and tasks with what the JDK has: com.sun.net.httpserver, and JSON by hand.
 *
 * <p>What it chooses where the contract leaves a choice: POST on a taken key replaces and answers 204, POST on a taken id
 * is refused with 409; PUT and DELETE answer 200 with a text in JSON; a value is given back octet for octet as it came;
 * tasks are listed by their ids; a method that nobody knows answers 501; Location is absolute.
 */
public final class Server {
    static final int MOST = 1 << 20; // octets of a request's body

    final Map<String, Json> items = new ConcurrentHashMap<>();
    final Map<String, Task> tasks = new ConcurrentSkipListMap<>();
    final AtomicLong made = new AtomicLong();

    record Task(String id, String description, boolean complete) {
        String json() {
            return "{\"id\":" + Json.quote(id) + ",\"description\":" + Json.quote(description) + ",\"complete\":" + complete + "}";
        }
    }

    record Answer(int status, String json) {}

    /** An answer that is not what the client hoped for. */
    static final class Refusal extends RuntimeException {
        final int status;

        Refusal(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    public static void main(String[] arguments) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(System.getenv("PORT")));
        var http = HttpServer.create(address, 0);
        http.setExecutor(Executors.newFixedThreadPool(16));
        http.createContext("/", new Server()::handle);
        http.start();
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = respond(exchange);
            } catch (Refusal refusal) {
                answer = new Answer(refusal.status, "{\"error\":" + Json.quote(refusal.getMessage()) + "}");
            } catch (UncheckedIOException gone) {
                throw gone.getCause();
            } catch (RuntimeException bug) {
                bug.printStackTrace();
                answer = new Answer(500, "{\"error\":\"that was our fault\"}");
            }
            send(exchange, answer);
        }
    }

    void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.json == null) {
            exchange.sendResponseHeaders(answer.status, -1);
            return;
        }
        byte[] content = answer.json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(answer.status, -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status, content.length);
        exchange.getResponseBody().write(content);
    }

    Answer respond(HttpExchange exchange) {
        String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
        boolean isList = path.length == 2 && path[1].equals("tasks");
        boolean isOne = path.length == 3 && List.of("items", "tasks").contains(path[1]) && !path[2].isEmpty();
        if (!isList && !isOne) throw new Refusal(404, "there is no such path");
        String method = exchange.getRequestMethod();
        String allow = isList ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, POST, PUT, DELETE, OPTIONS";
        if (!List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH").contains(method)) {
            throw new Refusal(501, "nobody knows this method");
        }
        if (method.equals("OPTIONS") || !List.of(allow.split(", ")).contains(method)) {
            exchange.getResponseHeaders().set("Allow", allow);
            if (!method.equals("OPTIONS")) throw new Refusal(405, "this is not done here");
            return new Answer(200, null);
        }
        if (isList) return list(exchange, method);
        // URLDecoder is for forms, where a plus sign is a space.
        String name = URLDecoder.decode(path[2].replace("+", "%2B"), StandardCharsets.UTF_8);
        return path[1].equals("items") ? item(exchange, method, name) : task(exchange, method, name);
    }

    Answer item(HttpExchange exchange, String method, String key) {
        switch (method) {
            case "POST", "PUT" -> {
                Json value = Json.object(body(exchange)).get("value");
                if (value == null) throw new Refusal(400, "value is missing");
                boolean isNew = items.put(key, value) == null;
                if (isNew) return new Answer(201, "{\"message\":\"created\"}");
                return method.equals("PUT") ? new Answer(200, "{\"message\":\"replaced\"}") : new Answer(204, null);
            }
            case "DELETE" -> {
                if (items.remove(key) == null) throw new Refusal(404, "no such item");
                return new Answer(200, "{\"message\":\"deleted\"}");
            }
            default -> {
                Json value = items.get(key);
                if (value == null) throw new Refusal(404, "no such item");
                return new Answer(200, "{\"value\":" + value.text() + "}");
            }
        }
    }

    Answer list(HttpExchange exchange, String method) {
        if (!method.equals("POST")) {
            return new Answer(200, "[" + String.join(",", tasks.values().stream().map(Task::json).toList()) + "]");
        }
        String description = description(exchange);
        Task task;
        do {
            task = new Task("t" + Long.toString(made.incrementAndGet(), 36), description, false);
        } while (tasks.putIfAbsent(task.id, task) != null);
        exchange.getResponseHeaders().set("Location", "http://" + exchange.getRequestHeaders().getFirst("Host") + "/tasks/" + task.id);
        return new Answer(201, task.json());
    }

    Answer task(HttpExchange exchange, String method, String id) {
        switch (method) {
            case "POST" -> {
                Task task = new Task(id, description(exchange), false);
                if (tasks.putIfAbsent(id, task) != null) throw new Refusal(409, "the id is taken");
                return new Answer(201, task.json());
            }
            case "PUT" -> {
                Json flag = Json.object(body(exchange)).get("complete");
                if (flag != null && !(flag.value() instanceof Boolean)) throw new Refusal(422, "complete is no boolean");
                Task task = tasks.computeIfPresent(id, (same, old) ->
                        flag == null ? old : new Task(id, old.description, (Boolean) flag.value()));
                if (task == null) throw new Refusal(404, "no such task");
                return new Answer(200, task.json());
            }
            case "DELETE" -> {
                if (tasks.remove(id) == null) throw new Refusal(404, "no such task");
                return new Answer(200, "{\"message\":\"deleted\"}");
            }
            default -> {
                Task task = tasks.get(id);
                if (task == null) throw new Refusal(404, "no such task");
                return new Answer(200, task.json());
            }
        }
    }

    String description(HttpExchange exchange) {
        Json description = Json.object(body(exchange)).get("description");
        if (description == null || !(description.value() instanceof String text)) throw new Refusal(422, "description is no text");
        return text;
    }

    Json body(HttpExchange exchange) {
        String label = exchange.getRequestHeaders().getFirst("Content-Type");
        if (label == null || !label.split(";")[0].strip().equalsIgnoreCase("application/json")) {
            throw new Refusal(415, "send application/json");
        }
        try {
            byte[] octets = exchange.getRequestBody().readNBytes(MOST + 1);
            if (octets.length > MOST) throw new Refusal(413, "that is too much");
            return new Json.Reader(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString()).whole();
        } catch (CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException error) {
            throw new Refusal(400, "the body is not JSON");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** A JSON value: what it is in Java, and its text. */
    record Json(Object value, String text) {
        static Map<String, Json> object(Json json) {
            if (!(json.value instanceof Map<?, ?>)) throw new Refusal(400, "the body is not an object");
            @SuppressWarnings("unchecked")
            var members = (Map<String, Json>) json.value;
            return members;
        }

        static String quote(String text) {
            var quoted = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') quoted.append('\\').append(c);
                else if (c < ' ') quoted.append(String.format("\\u%04x", (int) c));
                else quoted.append(c);
            }
            return quoted.append('"').toString();
        }

        /** Reads one JSON text (RFC 8259), and throws IllegalArgumentException or IndexOutOfBoundsException if it is none. */
        static final class Reader {
            private final String text;
            private int at;

            Reader(String text) {
                this.text = text;
            }

            Json whole() {
                Json json = next();
                if (at < text.length()) throw new IllegalArgumentException("there is more");
                return json;
            }

            private Json next() {
                space();
                int start = at;
                Object value = switch (text.charAt(at)) {
                    case '{' -> members();
                    case '[' -> elements();
                    case '"' -> string();
                    case 't' -> word("true", true);
                    case 'f' -> word("false", false);
                    case 'n' -> word("null", null);
                    default -> number();
                };
                var json = new Json(value, text.substring(start, at));
                space();
                return json;
            }

            private void space() {
                while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
            }

            private boolean skip(char c) {
                space();
                if (text.charAt(at) != c) return false;
                at++;
                return true;
            }

            private void expect(char c) {
                if (!skip(c)) throw new IllegalArgumentException(c + " is missing");
            }

            private Map<String, Json> members() {
                var members = new LinkedHashMap<String, Json>();
                expect('{');
                if (skip('}')) return members;
                do {
                    space();
                    String name = string();
                    expect(':');
                    if (members.put(name, next()) != null) throw new IllegalArgumentException("a name twice");
                } while (skip(','));
                expect('}');
                return members;
            }

            private List<Json> elements() {
                var elements = new ArrayList<Json>();
                expect('[');
                if (skip(']')) return elements;
                do elements.add(next());
                while (skip(','));
                expect(']');
                return elements;
            }

            private Object word(String word, Object value) {
                if (!text.startsWith(word, at)) throw new IllegalArgumentException(word);
                at += word.length();
                return value;
            }

            private Double number() {
                int start = at;
                while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
                String number = text.substring(start, at);
                if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) throw new IllegalArgumentException(number);
                return Double.valueOf(number);
            }

            private String string() {
                if (text.charAt(at++) != '"') throw new IllegalArgumentException("no text");
                var string = new StringBuilder();
                while (text.charAt(at) != '"') {
                    char c = text.charAt(at++);
                    if (c < ' ') throw new IllegalArgumentException("a control character");
                    string.append(c == '\\' ? escaped() : c);
                }
                at++;
                return string.toString();
            }

            private char escaped() {
                char c = text.charAt(at++);
                if (c == 'u') {
                    at += 4;
                    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
                }
                int which = "\"\\/bfnrt".indexOf(c);
                if (which < 0) throw new IllegalArgumentException("an escape that is none");
                return "\"\\/\b\f\n\r\t".charAt(which);
            }
        }
    }
}
