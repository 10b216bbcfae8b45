namespace StreamLearn.Cluster.Tests.Configuration;

public class WrongValueTests
{
    [Theory]
    [InlineData("seed", "x", "'x'", "a whole number from 0 to 9223372036854775807")]
    [InlineData("seed", "-1", "'-1'", "a whole number from 0")]
    [InlineData("seed", "1.5", "'1.5'", "a whole number")]
    [InlineData("seed", "1e3", "'1e3'", "a whole number")]
    [InlineData("seed", "99999999999999999999", "'99999999999999999999'", "a whole number")]
    [InlineData("seed", "[1]", "a block or a list", "text")]
    [InlineData("seed", "{ a = 1 }", "a block or a list", "text")]
    [InlineData("node.port", "65536", "'65536'", "a whole number from 0 to 65535")]
    [InlineData("node.port", "-5", "'-5'", "a whole number from 0 to 65535")]
    [InlineData("node.roles", "[ingest, cook]", "[ingest, cook]", "one or more of ingest, learner, learner-gpu")]
    [InlineData("node.roles", "[]", "empty", "one or more of ingest, learner, learner-gpu")]
    [InlineData("node.seeds", "[host]", "'host'", "host:port of nodes")]
    [InlineData("node.seeds", "[\"host:0\"]", "'host:0'", "host:port of nodes")]
    [InlineData("node.seeds", "[\"akka.tcp://streamlearn@host:4053\"]", "'akka.tcp://streamlearn@host:4053'", "host:port of nodes")]
    [InlineData("node.frame-size", "1000", "'1000'", "a whole number from 262144")]
    [InlineData("node.split-brain.strategy", "off", "'off'", "one of keep-majority, keep-oldest, static-quorum")]
    [InlineData("node.learner-threads", "1025", "'1025'", "from 0 to 1024")]
    [InlineData("node.shards", "0", "'0'", "from 1 to 4096")]
    [InlineData("node.shards", "4097", "'4097'", "from 1 to 4096")]
    [InlineData("node.stop-timeout", "10", "'10'", "a duration of at least 1s, e.g. 500ms, 10s, 5m, 1h, 1d")]
    [InlineData("node.stop-timeout", "10 seconds", "'10 seconds'", "a duration")]
    [InlineData("node.stop-timeout", "500ms", "'500ms'", "a duration of at least 1s")]
    [InlineData("node.stop-timeout", "-10s", "'-10s'", "a duration")]
    [InlineData("node.stop-timeout", "999999999999d", "'999999999999d'", "a duration")]
    [InlineData("node.stop-timeout", "s", "'s'", "a duration")]
    [InlineData("node.stop-timeout", "null", "''", "a duration")]
    [InlineData("node.http.enabled", "maybe", "'maybe'", "on or off")]
    [InlineData("node.http.host", "\"\"", "empty", "an address of this machine")]
    [InlineData("node.http.port", "65536", "'65536'", "a whole number from 0 to 65535")]
    [InlineData("node.http.token-env", "\"\"", "empty", "the name of an environment variable")]
    [InlineData("node.http.limits.body-bytes", "1023", "'1023'", "a whole number from 1024 to 67108864")]
    [InlineData("node.http.limits.records", "0", "'0'", "a whole number from 1 to 10000")]
    [InlineData("node.http.limits.requests-per-second", "-1", "'-1'", "a whole number from 0 to 1000000")]
    [InlineData("node.http.limits.burst", "0", "'0'", "a whole number from 1 to 1000000")]
    [InlineData("node.http.limits.at-a-time", "10001", "'10001'", "a whole number from 0 to 10000")]
    [InlineData("node.http.limits.waiting", "-1", "'-1'", "a whole number from 0 to 100000")]
    [InlineData("node.http.limits", "off", "'off'", "a block { ... }")]
    [InlineData("node.log-level", "loud", "'loud'", "one of debug, info, warning, error")]
    [InlineData("node.log-level", "Info", "'Info'", "one of debug, info, warning, error")]
    [InlineData("node.log-format", "xml", "'xml'", "one of text, json")]
    [InlineData("node", "x", "'x'", "a block { ... }")]
    [InlineData("kafka", "[1]", "''", "a block { ... }")]
    [InlineData("kafka.bootstrap-servers", "\"\"", "empty", "addresses of brokers")]
    [InlineData("kafka.startup-timeout", "1ms", "'1ms'", "a duration of at least 100ms")]
    [InlineData("kafka.batch-records", "0", "'0'", "from 1 to 100000")]
    [InlineData("kafka.buffered-batches", "1", "'1'", "from 2 to 10000")]
    [InlineData("kafka.revoke-timeout", "0s", "'0s'", "a duration of at least 100ms")]
    [InlineData("checkpoint.every", "99ms", "'99ms'", "a duration of at least 100ms")]
    [InlineData("checkpoint.every-records", "-1", "'-1'", "a whole number from 0")]
    [InlineData("checkpoint.store", "sqlite", "'sqlite'", "a block { ... }")]
    [InlineData("checkpoint.store.kind", "mysql", "'mysql'", "one of sqlite, postgresql")]
    [InlineData("checkpoint.store.path", "\"\"", "empty", "the name of a file")]
    [InlineData("checkpoint.store.connection", "hunter2", "no connection", "e.g. Host=localhost;Database=streamlearn")]
    [InlineData("metrics.influxdb", "on", "'on'", "a block { ... }")]
    [InlineData("metrics.influxdb.enabled", "maybe", "'maybe'", "on or off")]
    [InlineData("metrics.influxdb.url", "\"\"", "empty", "an address with http or https, e.g. http://localhost:8086")]
    [InlineData("metrics.influxdb.url", "\"localhost:8086\"", "no such address", "an address with http or https")]
    [InlineData("metrics.influxdb.url", "\"ftp://host\"", "no such address", "an address with http or https")]
    [InlineData("metrics.influxdb.url", "\"http://host?db=x\"", "an address with a query", "an address with http or https")]
    [InlineData("metrics.influxdb.url", "\"http://user@host\"", "an address with a user or a password", "one without")]
    [InlineData("metrics.influxdb.api", "v3", "'v3'", "one of v2, v1")]
    [InlineData("metrics.influxdb.token-env", "\"\"", "empty", "the name of an environment variable")]
    [InlineData("metrics.influxdb.password-env", "\"\"", "empty", "the name of an environment variable")]
    [InlineData("metrics.influxdb.precision", "m", "'m'", "one of ns, us, ms, s")]
    [InlineData("metrics.influxdb.batch.points", "0", "'0'", "from 1 to 100000")]
    [InlineData("metrics.influxdb.batch.bytes", "10", "'10'", "from 1024 to 16777216")]
    [InlineData("metrics.influxdb.batch.age", "0s", "'0s'", "a duration of at least 10ms")]
    [InlineData("metrics.influxdb.timeout", "2d", "'2d'", "a duration of at most 1d")]
    [InlineData("metrics.influxdb.retry.least", "1ms", "'1ms'", "a duration of at least 10ms")]
    [InlineData("metrics.influxdb.spool.path", "\"\"", "empty", "the name of a directory")]
    [InlineData("metrics.influxdb.spool.max-bytes", "-1", "'-1'", "a whole number from 0")]
    [InlineData("metrics.influxdb.spool.max-bytes", "100", "'100'", "0, or at least 16777216 where batch.bytes = 1048576")]
    [InlineData("metrics.influxdb.stop-timeout", "x", "'x'", "a duration")]
    [InlineData("metrics", "off", "'off'", "a block { ... }")]
    [InlineData("metrics.enabled", "maybe", "'maybe'", "on or off")]
    [InlineData("metrics.every", "10", "'10'", "a duration of at least 100ms")]
    [InlineData("metrics.keys.top", "1001", "'1001'", "a whole number from 0 to 1000")]
    [InlineData("metrics.keys.by", "size", "'size'", "one of records, error")]
    [InlineData("metrics.keys.named", "a", "no list", "a list: [a, b]")]
    [InlineData("metrics.otlp.enabled", "1", "'1'", "on or off")]
    [InlineData("metrics.otlp.endpoint", "\"localhost:4317\"", "no such address", "an address with http or https")]
    [InlineData("metrics.otlp.endpoint", "\"\"", "empty", "an address with http or https")]
    [InlineData("metrics.otlp.protocol", "udp", "'udp'", "one of grpc, http")]
    [InlineData("metrics.otlp.headers-env", "\"\"", "empty", "the name of an environment variable")]
    [InlineData("metrics.traces.ratio", "1.5", "'1.5'", "a number from 0 to 1")]
    [InlineData("metrics.prometheus.enabled", "maybe", "'maybe'", "on or off")]
    [InlineData("pipelines", "x", "'x'", "a block { ... }")]
    [InlineData("pipelines.p", "x", "'x'", "a block { ... }")]
    [InlineData("pipelines.p.source", "x", "'x'", "a block { ... }")]
    [InlineData("pipelines.p.learner", "last-value", "'last-value'", "a block { ... }")]
    [InlineData("pipelines.p.source.topic", "\"\"", "empty", "the name of a topic")]
    [InlineData("pipelines.p.source.topic", "off", "empty", "the name of a topic")]
    [InlineData("pipelines.p.source.topic", "a b", "'a b'", "a topic: up to 249 letters, digits, '.', '-' and '_'")]
    [InlineData("pipelines.p.source.topic", "\"..\"", "'..'", "a topic")]
    [InlineData("pipelines.p.source.format", "xml", "'xml'", "one of json, csv")]
    [InlineData("pipelines.p.source.value", "\"\"", "empty", "the name of a field")]
    [InlineData("pipelines.p.source.features", "delay", "no list", "a list: [a, b]")]
    [InlineData("pipelines.p.source.features", "{ a = 1 }", "no list", "a list: [a, b]")]
    [InlineData("pipelines.p.source.features", "[a,,b]", "a list with an empty element", "a list of text")]
    [InlineData("pipelines.p.source.features", "[[a]]", "a list of blocks or lists", "a list of text")]
    [InlineData("pipelines.p.source.features", "[{ a = 1 }]", "a list of blocks or lists", "a list of text")]
    [InlineData("pipelines.p.source.time-unit", "minutes", "'minutes'", "one of auto, s, ms, us, ns")]
    [InlineData("pipelines.p.source.separator", "\"ab\"", "'ab'", "one character")]
    [InlineData("pipelines.p.source.separator", "\"\"", "''", "one character")]
    [InlineData("pipelines.p.source.separator", "\"é\"", "'é'", "one character")]
    [InlineData("pipelines.p.source.start", "now", "'now'", "one of earliest, latest")]
    [InlineData("pipelines.p.source.co-partitioned", "maybe", "'maybe'", "on or off")]
    [InlineData("pipelines.p.source.lost-records", "ignore", "'ignore'", "one of stop, skip")]
    [InlineData("pipelines.p.task.kind", "guess", "'guess'", "forecast")]
    [InlineData("pipelines.p.task.horizons", "[]", "[]", "1 to 64 ascending whole numbers from 1 to 10000")]
    [InlineData("pipelines.p.task.horizons", "[3, 1]", "[3, 1]", "1 to 64 ascending whole numbers")]
    [InlineData("pipelines.p.task.horizons", "[1, 1]", "[1, 1]", "1 to 64 ascending whole numbers")]
    [InlineData("pipelines.p.task.horizons", "[0]", "'0'", "a whole number from 1 to 10000")]
    [InlineData("pipelines.p.task.horizons", "[-1, 2]", "'-1'", "a whole number from 1 to 10000")]
    [InlineData("pipelines.p.task.horizons", "[10001]", "'10001'", "a whole number from 1 to 10000")]
    [InlineData("pipelines.p.task.horizons", "[1 2]", "'1 2'", "a whole number")]
    [InlineData("pipelines.p.task.step", "5", "'5'", "a duration of at least 0s")]
    [InlineData("pipelines.p.source.value-kind", "counter", "'counter'", "one of gauge, counter32, counter64")]
    [InlineData("pipelines.p.source.value-scale", "0", "'0'", "a number from 1E-30 to 1E+30")]
    [InlineData("pipelines.p.source.value-scale", "2", "'2'", "1 with value-kind = gauge")]
    [InlineData("pipelines.p.source.max-rate", "5", "'5'", "0 with value-kind = gauge")]
    [InlineData("pipelines.p.source.max-rate", "-5", "'-5'", "a number from 0")]
    [InlineData("pipelines.p.task.out-of-order", "ignore", "'ignore'", "one of auto, dead-letter, drop, learn")]
    [InlineData("pipelines.p.alerts.above", "0", "'0'", "a number from 1E-09")]
    [InlineData("pipelines.p.alerts.capacity", "-1", "'-1'", "a number from 0")]
    [InlineData("pipelines.p.alerts.capacities.a", "much", "'much'", "a number from 0")]
    [InlineData("pipelines.p.alerts.probability", "1", "'1'", "a number from 0.001 to 0.999")]
    [InlineData("pipelines.p.alerts.within", "0", "'0'", "all, or at least the first horizon: 1 or more steps")]
    [InlineData("pipelines.p.alerts.within", "15m", "'15m'", "all, or at least the first horizon: 1 or more steps")]
    [InlineData("pipelines.p.drift.detectors", "adwin", "no list", "a list: [a, b]")]
    [InlineData("pipelines.p.sinks.drift", "a/b", "'a/b'", "a topic")]
    [InlineData("pipelines.p.sinks.alerts", "a/b", "'a/b'", "a topic")]
    [InlineData("pipelines.p.task.coverage", "1", "'1'", "a number from 0.001 to 0.999")]
    [InlineData("pipelines.p.task.coverage", "NaN", "'NaN'", "a number from 0.001 to 0.999")]
    [InlineData("pipelines.p.task.scoring.from", "-1", "'-1'", "a whole number from 0")]
    [InlineData("pipelines.p.task.scoring.window", "3", "'3'", "a whole number from 4 to 10000000")]
    [InlineData("pipelines.p.task.scoring.fading", "1", "'1'", "a number from 0.0001")]
    [InlineData("pipelines.p.rivals", "last-value", "no list", "a list: [a, b]")]
    [InlineData("pipelines.p.replicas.enabled", "on", "on for the task forecast", "off: only a pipeline of the task bandit")]
    [InlineData("pipelines.p.replicas.every", "0", "'0'", "from 1 to 2147483647")]
    [InlineData("pipelines.p.replicas.compression", "zip", "'zip'", "one of none, layer-wise")]
    [InlineData("pipelines.p.replicas.error-budget", "0", "'0'", "a number from 0.001 to 1000")]
    [InlineData("pipelines.p.replicas.share", "0.3", "0.3", "one of 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01")]
    [InlineData("pipelines.p.replicas.adjust-every", "0", "'0'", "from 1 to 2147483647")]
    [InlineData("pipelines.p.replicas.slice-bytes", "81921", "'81921'", "from 1024 to 81920")]
    [InlineData("pipelines.p.buckets", "0", "'0'", "from 1 to 4096")]
    [InlineData("pipelines.p.max-keys", "0", "'0'", "from 1 to 2147483647")]
    [InlineData("pipelines.p.chunks.records", "0", "'0'", "from 1 to 100000")]
    [InlineData("pipelines.p.chunks.bytes", "1023", "'1023'", "from 1024")]
    [InlineData("pipelines.p.chunks.in-flight", "0", "'0'", "from 1 to 10000")]
    [InlineData("pipelines.p.chunks.resend-after", "5ms", "'5ms'", "a duration of at least 10ms")]
    [InlineData("pipelines.p.sinks.predictions", "a/b", "'a/b'", "a topic")]
    [InlineData("pipelines.p.sinks.delivery", "twice", "'twice'", "one of at-least-once, exactly-once")]
    [InlineData("pipelines.p.sinks.transaction-every", "0s", "'0s'", "a duration of at least 1ms")]
    [InlineData("pipelines.p.chunks.probe-every", "1ms", "'1ms'", "a duration of at least 10ms")]
    [InlineData("pipelines.p.learner.lags", "0", "'0'", "a whole number from 1 to 512")]
    [InlineData("pipelines.p.learner.lags", "two", "'two'", "a whole number from 1 to 512")]
    [InlineData("pipelines.p.learner.lags", "[1]", "a block or a list", "text")]
    [InlineData("pipelines.p.learner.forgetting", "1.1", "'1.1'", "a number from 0.5 to 1")]
    [InlineData("pipelines.p.learner.initial-covariance", "-1", "'-1'", "a number from")]
    public void Given_a_value_that_cannot_be_used_When_it_is_loaded_Then_the_message_names_path_value_and_what_was_expected(
        string setting, string value, string actual, string expected)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.pipelines.p {{}}\nstreamlearn.{setting} = {value}");

        Assert.StartsWith($"test.conf: streamlearn.{setting} is {actual}; expected ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_chunks_that_no_message_between_nodes_holds_When_they_are_loaded_Then_both_settings_are_named()
    {
        Assert.Equal(
            "test.conf: streamlearn.pipelines.p.chunks.bytes is '104857600'; expected at most 8323072 with streamlearn.node.frame-size = 8388608, of which 65536 are for "
            + "what is around a chunk.",
            ConfigurationFile.Refusal("streamlearn.pipelines.p.chunks.bytes = 104857600"));
        Assert.Contains("at most 196608 with streamlearn.node.frame-size = 262144", ConfigurationFile.Refusal(
            "streamlearn.pipelines.p.chunks.bytes = 196609", "node.frame-size=262144"), StringComparison.Ordinal);
        ConfigurationFile.Load("streamlearn.pipelines.p.chunks.bytes = 196608", "node.frame-size=262144");
    }

    [Fact]
    public void Given_more_rivals_than_a_report_in_a_message_has_room_for_When_they_are_loaded_Then_both_settings_are_named()
    {
        var pipeline = $"streamlearn.pipelines.p {{ task.horizons = [{string.Join(", ", Enumerable.Range(1, 64))}], rivals = ["
            + string.Join(", ", Enumerable.Range(20, 29).Select(lags => $"{{ kind = recursive-least-squares, lags = {lags} }}")) + "] }";

        var message = ConfigurationFile.Refusal(pipeline, "node.frame-size=262144");
        Assert.Contains("streamlearn.pipelines.p.rivals is a list of 29; expected fewer, or a larger streamlearn.node.frame-size", message, StringComparison.Ordinal);
        ConfigurationFile.Load(pipeline);
    }

    [Fact]
    public void Given_columns_without_a_field_of_the_source_When_it_is_loaded_Then_the_message_names_the_field()
    {
        var message = ConfigurationFile.Refusal(
            "streamlearn.pipelines.p.source { format = csv, columns = [time, value], key = link }");

        Assert.StartsWith("test.conf: streamlearn.pipelines.p.source.columns is [time, value]; expected all fields", message, StringComparison.Ordinal);
        Assert.Contains("Field 'link'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eddm", "detectors.kind is 'eddm'; expected one of adwin, page-hinkley, ddm, kswin")]
    [InlineData("{ kind = eddm }", "detectors.kind is 'eddm'; expected one of adwin")]
    [InlineData("{ kind = adwin, threshold = 3 }", "detectors.threshold is no known setting; expected one of clock")]
    [InlineData("{ kind = adwin, clock = 0 }", "detectors.clock is '0'; expected a whole number from 1")]
    [InlineData("{ kind = adwin, on = errors }", "detectors.on is 'errors'; expected one of error, input")]
    [InlineData("{ kind = adwin, reaction = panic }", "detectors.reaction is 'panic'; expected one of none, raise-learning-rate")]
    [InlineData("{ kind = adwin, reaction = refit }", "detectors.reaction is refit; expected a reaction that the learner last-value knows: none.")]
    public void Given_a_detector_that_cannot_be_used_When_it_is_loaded_Then_the_message_names_path_value_and_what_was_expected(
        string detector, string expected)
    {
        var message = ConfigurationFile.Refusal(
            $"streamlearn.pipelines.p {{ learner {{ kind = last-value }}, drift {{ detectors = [{detector}] }} }}");

        Assert.StartsWith("test.conf: streamlearn.pipelines.p.drift.", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_step_and_late_records_to_be_learned_When_it_is_loaded_Then_the_message_says_why_not() =>
        Assert.Equal(
            "test.conf: streamlearn.pipelines.p.task.out-of-order is learn; "
            + "expected auto, dead-letter or drop where there is a step, for a step has one value.",
            ConfigurationFile.Refusal("streamlearn.pipelines.p.task { step = 5m, out-of-order = learn }"));

    [Theory]
    [InlineData("\"a.b\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"\"")]
    [InlineData("ä")]
    [InlineData("\"a/b\"")]
    public void Given_a_name_that_no_topic_can_have_When_a_pipeline_is_loaded_Then_it_is_refused(string name)
    {
        var message = ConfigurationFile.Refusal($"streamlearn {{ pipelines {{ {name} {{ source {{ topic = t }} }} }} }}");

        Assert.Contains($"a pipeline is named '{name.Trim('"')}'; expected letters, digits, - and _", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_name_of_201_letters_When_a_pipeline_is_loaded_Then_it_is_refused() =>
        Assert.Contains(
            "expected letters, digits, - and _",
            ConfigurationFile.Refusal($"streamlearn {{ pipelines {{ {new string('a', 201)} {{}} }} }}"),
            StringComparison.Ordinal);
}
