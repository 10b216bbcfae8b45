using System.Data;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Checkpoints.Postgres;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>What is special about the store on a server.</summary>
[Collection(SharedPostgres.Name)]
public sealed class PostgresStoreTests(PostgresServer server)
{
    private const string Pipeline = StoreWorld.Pipeline;

    [PostgresFact]
    public async Task Given_a_server_that_stops_and_comes_back_when_a_bucket_is_saved_then_it_fails_and_then_succeeds()
    {
        await using var world = await StoreWorld.CreateAsync(CheckpointStoreKind.Postgresql, server);
        var bucket = StoreWorld.Bucket;
        var writer = (await world.Store.TakeBucketAsync(Pipeline, bucket, StoreWorld.AnyOwner)).Writer;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Store.LoadSettingsAsync(Pipeline).AsTask()));

        CheckpointStoreException away;
        await server.StopAsync();
        try
        {
            away = await Assert.ThrowsAsync<CheckpointStoreException>(
                () => world.Store.SaveBucketAsync(Pipeline, bucket, writer, Checkpoint.At(10, -1, "a=1")).AsTask());
            await Assert.ThrowsAsync<CheckpointStoreException>(() => world.Store.ReadBucketAsync(Pipeline, bucket).AsTask());
            await Assert.ThrowsAsync<CheckpointStoreException>(() => CheckpointStores.OpenAsync(world.Options));
        }
        finally
        {
            await server.StartAsync();
        }

        await world.Store.SaveBucketAsync(Pipeline, bucket, writer, Checkpoint.At(10, -1, "a=1"));
        Assert.Equal("10: a=1", Checkpoint.Text(await world.Store.ReadBucketAsync(Pipeline, bucket)));
        Assert.StartsWith("PostgreSQL at 127.0.0.1:", away.Message, StringComparison.Ordinal);
        Assert.Contains("the server cannot be reached, or has ended the connection: ", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, away.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A process that is suspended, here in the middle of a save, must not keep its bucket from whoever takes it over.</summary>
    [PostgresFact]
    public async Task Given_a_transaction_that_stands_still_when_its_bucket_is_taken_then_it_is_ended_and_the_bucket_goes_on()
    {
        await using var world = await StoreWorld.CreateAsync(CheckpointStoreKind.Postgresql, server);
        await world.Store.TakeBucketAsync(Pipeline, StoreWorld.Bucket, StoreWorld.AnyOwner);
        await using var database = new PostgresDatabase(
            world.Options with { Connection = world.Options.Connection + ";Options=-c idle_in_transaction_session_timeout=1s" });
        var (stands, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var suspended = database.RunAsync(IsolationLevel.ReadCommitted, async session =>
        {
            await session.ScalarAsync($"SELECT 1 FROM streamlearn_claims c{session.Locking}");
            stands.SetResult();
            await goesOn.Task;
            return await session.ScalarAsync("SELECT 1");
        }, default);
        await stands.Task;

        var taken = world.Store.TakeBucketAsync(Pipeline, StoreWorld.Bucket, StoreWorld.AnyOwner).AsTask();
        await taken.WaitAsync(TimeSpan.FromSeconds(30));

        goesOn.SetResult();
        await Assert.ThrowsAsync<CheckpointStoreException>(() => suspended);
    }

    [PostgresFact]
    public async Task Given_a_connection_when_it_is_used_then_a_transaction_may_stand_still_for_some_seconds_only()
    {
        await using var database = new PostgresDatabase(await server.CreateDatabaseAsync());

        for (var use = 0; use < 2; use++)
        {
            // A connection comes back from the pool with the settings that it began with.
            Assert.Equal("10s", await database.RunAsync(
                IsolationLevel.ReadCommitted, session => session.ScalarAsync("SHOW idle_in_transaction_session_timeout"), default));
        }
    }

    [PostgresFact]
    public async Task Given_a_wrong_password_or_none_when_the_store_is_opened_then_the_message_names_the_variable_and_not_the_password()
    {
        var options = await server.CreateDatabaseAsync();
        foreach (var wrong in new[] { "wrong-horse", null })
        {
            var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(
                () => CheckpointStores.OpenAsync(options with { Password = wrong }));

            Assert.EndsWith(
                wrong is null
                    ? "user streamlearn: the server asks for a password. It is the value of the environment variable "
                        + "STREAMLEARN_STORE_PASSWORD, which is not set."
                    : "password authentication failed for user \"streamlearn\". The password is the value of the environment variable "
                        + "STREAMLEARN_STORE_PASSWORD.",
                refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-horse", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [PostgresFact]
    public async Task Given_a_database_that_is_missing_when_the_store_is_opened_then_the_message_says_what_to_do()
    {
        var options = await server.CreateDatabaseAsync();
        var missing = options.Connection.Replace("Database=", "Database=no_", StringComparison.Ordinal);

        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => CheckpointStores.OpenAsync(options with { Connection = missing }));

        Assert.EndsWith("does not exist. Make it with createdb.", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Given_a_database_with_other_tables_when_it_is_looked_into_then_nothing_is_made_and_run_may_share_it()
    {
        await using var world = await StoreWorld.CreateAsync(CheckpointStoreKind.Postgresql, server);
        await world.ExecuteAsync(
            "DROP TABLE streamlearn_schema; DROP TABLE streamlearn_pipelines; DROP TABLE streamlearn_claims;"
            + "DROP TABLE streamlearn_manifests; DROP TABLE streamlearn_keys; DROP TABLE streamlearn_cursors; DROP TABLE streamlearn_store; CREATE TABLE photos (name TEXT);");

        var refusal = await Assert.ThrowsAsync<CheckpointStoreException>(() => CheckpointStores.OpenReaderAsync(world.Options));

        Assert.Contains("is not a checkpoint store of StreamLearn", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await world.ScalarAsync("SELECT COUNT(*) FROM pg_tables WHERE tablename LIKE 'streamlearn%'"));
        var shared = await world.OpenAsync();
        await shared.SaveSettingsAsync(Pipeline, "x");
        await using var reader = await CheckpointStores.OpenReaderAsync(world.Options);
        Assert.Equal("x", await reader.LoadSettingsAsync(Pipeline));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Username=u")]
    [InlineData("Host=")]
    public async Task Given_a_connection_without_a_host_when_the_store_is_opened_then_the_message_says_what_is_expected(string connection) =>
        Assert.StartsWith(
            "The connection to PostgreSQL cannot be read; expected e.g. Host=",
            (await Assert.ThrowsAsync<CheckpointStoreException>(() => CheckpointStores.OpenAsync(
                new CheckpointStoreOptions { Kind = CheckpointStoreKind.Postgresql, Connection = connection }))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=a;Password=hunter2", true)]
    [InlineData("Host=a;PWD=hunter2", true)]
    [InlineData("Host=a;psw = hunter2", true)]
    [InlineData("Host=a;SSL Password=hunter2", true)]
    [InlineData("Host=a;Username=b", false)]
    [InlineData("", false)]
    public void Given_a_connection_when_it_is_read_then_a_secret_in_it_is_found(string connection, bool secret) =>
        Assert.Equal(secret, PostgresConnection.HasSecret(connection));

    [Theory]
    [InlineData("hunter2")]
    [InlineData("Host=a;Port=hunter2")]
    [InlineData("Host=a;Pasword=hunter2")]
    [InlineData("Host=a;Port=99999999999999;hunter2")]
    [InlineData("Host=a;Password='hunter2")]
    public void Given_a_connection_that_is_none_when_it_is_read_then_the_message_repeats_nothing_of_it(string connection) =>
        Assert.DoesNotContain(
            "hunter2",
            Assert.Throws<CheckpointStoreException>(() => PostgresConnection.HasSecret(connection)).ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void Given_options_with_a_password_when_they_are_text_then_it_is_not_in_it() =>
        Assert.Equal(
            "PostgreSQL Host=a",
            new CheckpointStoreOptions { Kind = CheckpointStoreKind.Postgresql, Connection = "Host=a", Password = "hunter2" }.ToString());
}
