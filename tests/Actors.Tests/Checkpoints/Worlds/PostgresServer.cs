using System.Diagnostics;
using System.Globalization;
using Npgsql;
using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>A PostgreSQL server of the tests' own, in a temporary directory, on a free port. It asks for a password.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "streamlearn";
    private const string UnixUser = "postgres";

    private static readonly string? Programs = FindPrograms();

    private readonly DirectoryInfo? _directory = NotInstalled is null ? Directory.CreateTempSubdirectory("streamlearn-postgres-") : null;
    private readonly int _port = FreePort.Next();
    private int _databases;

    /// <summary>Why tests are skipped; null: they are not.</summary>
    public static string? NotInstalled => Programs is null ? "PostgreSQL is not installed (Debian: apt-get install postgresql)." : null;

    /// <summary>Not the password of anything else.</summary>
    public static string Password => "correct-horse-of-the-tests";

    private string Data => Path.Combine(_directory!.FullName, "data");

    public async Task InitializeAsync()
    {
        if (_directory is null)
        {
            return;
        }

        var password = Path.Combine(_directory.FullName, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root")
        {
            // PostgreSQL refuses to run as root.
            await RunAsync("chown", "-R", UnixUser, _directory.FullName);
        }

        await RunProgramAsync(
            "initdb", "-D", Data, "-U", User, "--pwfile", password, "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8",
            "--locale=C", "--no-sync");
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_directory is not null)
        {
            await StopAsync();
            _directory.Delete(recursive: true);
        }
    }

    public Task StartAsync() => RunProgramAsync(
        "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_directory!.FullName, "log"), "-o",
        string.Create(
            CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -k {_directory.FullName} -c fsync=off"), "start");

    public Task StopAsync() => RunProgramAsync("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    /// <summary>Makes an empty database.</summary>
    public async Task<CheckpointStoreOptions> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection($"{Connection("postgres")};Password={Password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new CheckpointStoreOptions { Kind = CheckpointStoreKind.Postgresql, Connection = Connection(name), Password = Password };
    }

    /// <summary>A database as a script of SQL.</summary>
    public Task<string> DumpAsync(CheckpointStoreOptions database) => RunProgramAsync(
        "pg_dump", "-h", _directory!.FullName, "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", User, "--inserts", "--no-owner",
        "--no-privileges", new NpgsqlConnectionStringBuilder(database.Connection).Database!);

    private string Connection(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={database};Username={User}");

    private static Task<string> RunProgramAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", UnixUser, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{output}");
    }

    private static string? FindPrograms()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.InsertRange(
                0, Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")));
        }

        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }
}
