import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.stereotype.Component;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.bind.support.ConfigurableWebBindingInitializer;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Items and tasks with Spring MVC on Jetty, whose threads answer at once; bodies are read by Jackson and checked by Bean
 * Validation.
 *
 * <p>What it chooses where the contract leaves a choice: a PUT must have "complete"; POST on an existing key or id is refused
 * with 409; a write answers 200 with the new state, a DELETE 204; Jetty compresses what is long enough; OPTIONS is Spring's own;
 * tasks are listed by their ids; Location is absolute.
 */
public final class Spring {
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Item(@NotNull JsonNode value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewTask(@NotNull String description) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Change(@NotNull Boolean complete) {}

    record Task(String id, String description, boolean complete) {}

    static final class NotFound extends RuntimeException {}

    static final class Conflict extends RuntimeException {}

    @RestController
    @RequestMapping("/items/{key}")
    public static class ItemController {
        private final Map<String, Item> items = new ConcurrentHashMap<>();

        @GetMapping
        public Item read(@PathVariable("key") String key) {
            return there(items.get(key));
        }

        @PostMapping
        @ResponseStatus(HttpStatus.CREATED)
        public Item create(@PathVariable("key") String key, @Valid @RequestBody Item item) {
            if (items.putIfAbsent(key, item) != null) throw new Conflict();
            return item;
        }

        @PutMapping
        public ResponseEntity<Item> replace(@PathVariable("key") String key, @Valid @RequestBody Item item) {
            boolean isNew = items.put(key, item) == null;
            return ResponseEntity.status(isNew ? 201 : 200).body(item);
        }

        @DeleteMapping
        @ResponseStatus(HttpStatus.NO_CONTENT)
        public void delete(@PathVariable("key") String key) {
            there(items.remove(key));
        }
    }

    @RestController
    @RequestMapping("/tasks")
    public static class TaskController {
        private final Map<String, Task> tasks = new ConcurrentSkipListMap<>();

        @GetMapping
        public Collection<Task> list() {
            return tasks.values();
        }

        @PostMapping
        public ResponseEntity<Task> create(@Valid @RequestBody NewTask body, UriComponentsBuilder uri) {
            Task task = add(UUID.randomUUID().toString(), body);
            URI location = uri.path("/tasks/{id}").buildAndExpand(task.id()).toUri();
            return ResponseEntity.created(location).body(task);
        }

        @GetMapping("/{id}")
        public Task read(@PathVariable("id") String id) {
            return there(tasks.get(id));
        }

        @PostMapping("/{id}")
        @ResponseStatus(HttpStatus.CREATED)
        public Task add(@PathVariable("id") String id, @Valid @RequestBody NewTask body) {
            Task task = new Task(id, body.description(), false);
            if (tasks.putIfAbsent(id, task) != null) throw new Conflict();
            return task;
        }

        @PutMapping("/{id}")
        public Task complete(@PathVariable("id") String id, @Valid @RequestBody Change change) {
            return there(tasks.computeIfPresent(id, (same, old) -> new Task(id, old.description(), change.complete())));
        }

        @DeleteMapping("/{id}")
        @ResponseStatus(HttpStatus.NO_CONTENT)
        public void delete(@PathVariable("id") String id) {
            there(tasks.remove(id));
        }
    }

    static <T> T there(T state) {
        if (state == null) throw new NotFound();
        return state;
    }

    /** Gives every refusal a body in JSON, those of Spring MVC among them. */
    @RestControllerAdvice
    public static class Errors extends ResponseEntityExceptionHandler {
        @ExceptionHandler({NotFound.class, Conflict.class})
        public ResponseEntity<Object> refused(RuntimeException refusal, WebRequest request) {
            HttpStatus status = refusal instanceof NotFound ? HttpStatus.NOT_FOUND : HttpStatus.CONFLICT;
            return handleExceptionInternal(refusal, null, new HttpHeaders(), status, request);
        }

        @Override
        protected ResponseEntity<Object> handleExceptionInternal(
                Exception exception, Object body, HttpHeaders headers, HttpStatus status, WebRequest request) {
            var reason = Map.of("error", status.getReasonPhrase(), "status", status.value());
            return new ResponseEntity<>(status == HttpStatus.NOT_ACCEPTABLE ? null : reason, headers, status);
        }
    }

    /** What @EnableWebMvc sets up, bean by bean: Debian's Spring cannot generate the classes that it needs for that. */
    @Component
    public static class Config {
        @Bean
        public RequestMappingHandlerMapping mapping() {
            var mapping = new RequestMappingHandlerMapping();
            mapping.setUseSuffixPatternMatch(false);
            mapping.setUseTrailingSlashMatch(false);
            mapping.setCorsConfigurations(Map.of("/**", new CorsConfiguration().applyPermitDefaultValues()));
            return mapping;
        }

        @Bean
        public RequestMappingHandlerAdapter adapter() {
            var validator = new LocalValidatorFactoryBean();
            validator.setMessageInterpolator(new ParameterMessageInterpolator());
            validator.afterPropertiesSet();
            var binding = new ConfigurableWebBindingInitializer();
            binding.setValidator(validator);
            var adapter = new RequestMappingHandlerAdapter();
            adapter.setWebBindingInitializer(binding);
            adapter.setMessageConverters(json());
            return adapter;
        }

        @Bean
        public ExceptionHandlerExceptionResolver exceptions() {
            var resolver = new ExceptionHandlerExceptionResolver();
            resolver.setMessageConverters(json());
            return resolver;
        }

        /** Jackson, which takes no number for a text and no text for a boolean. */
        private static List<HttpMessageConverter<?>> json() {
            ObjectMapper mapper = JsonMapper.builder()
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(LogicalType.Textual, config -> {
                        for (var shape : EnumSet.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
                            config.setCoercion(shape, CoercionAction.Fail);
                        }
                    })
                    .build();
            return List.of(new MappingJackson2HttpMessageConverter(mapper));
        }
    }

    public static void main(String[] arguments) throws Exception {
        var context = new AnnotationConfigWebApplicationContext();
        context.setClassLoader(Spring.class.getClassLoader());
        context.register(Config.class, ItemController.class, TaskController.class, Errors.class);
        var dispatcher = new DispatcherServlet(context);
        dispatcher.setThrowExceptionIfNoHandlerFound(true);
        var handler = new ServletContextHandler();
        handler.addServlet(new ServletHolder(dispatcher), "/");
        var gzip = new GzipHandler();
        gzip.setMinGzipSize(32);
        handler.insertHandler(gzip);
        var server = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))));
        server.setHandler(handler);
        server.start();
    }
}
