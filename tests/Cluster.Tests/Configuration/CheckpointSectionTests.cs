using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Cluster.Tests.Configuration;

public class CheckpointSectionTests
{
    private const string Secret = "hunter2";

    [Fact]
    public void Given_a_store_on_a_server_When_it_is_loaded_Then_the_password_is_the_variables_value_and_no_text_shows_it()
    {
        Environment.SetEnvironmentVariable("STREAMLEARN_TEST_STORE_PASSWORD", Secret);

        var config = ConfigurationFile.Load(
            """
            streamlearn.checkpoint {
              every = 1m
              every-records = 0
              store { kind = postgresql, connection = "Host=db;Database=d;Username=u", password-env = STREAMLEARN_TEST_STORE_PASSWORD }
            }
            """);

        var (every, records, store) = config.Checkpoint;
        Assert.Equal((TimeSpan.FromMinutes(1), 0), (every, records));
        Assert.Equal(
            (CheckpointStoreKind.Postgresql, "Host=db;Database=d;Username=u", Secret, "STREAMLEARN_TEST_STORE_PASSWORD"),
            (store.Kind, store.Connection, store.Password, store.PasswordVariable));
        Assert.DoesNotContain(Secret, config.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, config.Checkpoint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_variable_that_is_not_set_When_it_is_loaded_Then_there_is_no_password() =>
        Assert.Null(ConfigurationFile.Load(
            "streamlearn.checkpoint.store { kind = postgresql, password-env = STREAMLEARN_TEST_NOT_SET }").Checkpoint.Store.Password);

    [Fact]
    public void Given_a_store_in_a_file_When_it_is_loaded_Then_no_password_is_read()
    {
        Environment.SetEnvironmentVariable("STREAMLEARN_TEST_UNUSED_PASSWORD", Secret);

        Assert.Null(ConfigurationFile.Load(
            "streamlearn.checkpoint.store { kind = sqlite, password-env = STREAMLEARN_TEST_UNUSED_PASSWORD }").Checkpoint.Store.Password);
    }

    [Theory]
    [InlineData("Host=db;Password=hunter2")]
    [InlineData("Host=db;pwd=hunter2")]
    [InlineData("Host=db;PSW=hunter2;Username=u")]
    public void Given_a_password_in_the_connection_When_it_is_loaded_Then_it_is_refused_and_not_repeated(string connection)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.checkpoint.store.connection = \"{connection}\"");

        Assert.Equal(
            "test.conf: streamlearn.checkpoint.store.connection is a connection with a password; expected one without, and password-env = "
            + "the name of an environment variable.",
            message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Username=u")]
    public void Given_a_connection_without_a_host_When_it_is_loaded_Then_it_is_refused_unless_the_store_is_a_file(string connection)
    {
        var hocon = $"streamlearn.checkpoint.store {{ kind = KIND, connection = \"{connection}\" }}";

        Assert.Equal(
            "test.conf: streamlearn.checkpoint.store.connection is without a Host; expected e.g. "
            + "Host=localhost;Database=streamlearn;Username=streamlearn.",
            ConfigurationFile.Refusal(hocon.Replace("KIND", "postgresql", StringComparison.Ordinal)));
        Assert.Equal(connection, ConfigurationFile.Load(hocon.Replace("KIND", "sqlite", StringComparison.Ordinal)).Checkpoint.Store.Connection);
    }
}
