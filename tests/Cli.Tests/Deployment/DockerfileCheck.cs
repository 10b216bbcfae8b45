using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>That the image can be built of the checkout, and starts the program.</summary>
internal static class DockerfileCheck
{
    internal static IEnumerable<string> Run(DeploymentFiles files, Dockerfile image)
    {
        var ignored = files.Text(".dockerignore").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).ToHashSet();
        foreach (var source in image.Copied())
        {
            if (!files.Exists(source) || ignored.Contains(source.TrimEnd('/').Split('/')[0]))
            {
                yield return $"Dockerfile: COPY {source} is not there, or is ignored";
            }
        }

        string[] restored = [.. image.Copied("RUN dotnet restore")];
        foreach (var project in files.In("src", "*.csproj").Except(restored))
        {
            yield return $"Dockerfile: {project} is not there when packages are restored";
        }

        foreach (var file in (string[])["global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "eng/"])
        {
            if (!restored.Contains(file))
            {
                yield return $"Dockerfile: {file} is not there when packages are restored";
            }
        }

        string[] stages = [.. image.All("FROM")];
        foreach (var from in stages.Where(from => !from.Contains(':', StringComparison.Ordinal) || from.Contains(":latest", StringComparison.Ordinal)))
        {
            yield return $"Dockerfile: FROM {from} has no version";
        }

        var restore = image.All("RUN").FirstOrDefault(run => run.StartsWith("dotnet restore", StringComparison.Ordinal)) ?? "";
        var publish = image.All("RUN").FirstOrDefault(run => run.StartsWith("dotnet publish", StringComparison.Ordinal)) ?? "";
        if (!restore.Contains("-p:Accelerator=${ACCELERATOR}", StringComparison.Ordinal) || !publish.Contains("-p:Accelerator=${ACCELERATOR}", StringComparison.Ordinal)
            || !image.All("ARG").Contains("ACCELERATOR=cpu"))
        {
            yield return "Dockerfile: restore and publish do not both take ACCELERATOR";
        }

        var folder = publish.Split(" -o ")[^1];
        if (!image.All("COPY").Contains($"--from=build {folder} /app"))
        {
            yield return $"Dockerfile: what is published to {folder} is not what is copied to /app";
        }

        var program = $"/app/{typeof(RunCommand).Assembly.GetName().Name}.dll";
        if (!image.All("ENTRYPOINT").Contains($"[\"dotnet\", \"{program}\"]"))
        {
            yield return $"Dockerfile: ENTRYPOINT is not {program}";
        }

        if (image.All("USER").LastOrDefault() is null or "root" or "0")
        {
            yield return "Dockerfile: the program runs as root";
        }

        if (!image.All("STOPSIGNAL").Contains("SIGTERM"))
        {
            yield return "Dockerfile: STOPSIGNAL is not SIGTERM, by which a node leaves its cluster in order";
        }
    }
}
