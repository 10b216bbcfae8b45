using System.Text.RegularExpressions;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>That secrets come from the environment and from nowhere else.</summary>
internal static partial class SecretCheck
{
    internal static IEnumerable<string> Run(DeploymentFiles files)
    {
        var example = files.Text(".env.example").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToList();
        foreach (var line in example.Where(line => line.Length < 2 || line[1].Length > 0))
        {
            yield return $".env.example: {line[0]} has a value; expected NAME= and nothing behind it";
        }

        var known = example.Select(line => line[0]).ToHashSet();
        var used = new HashSet<string>();
        foreach (var file in (string[])["docker-compose.yml", "docker-compose.gpu.yml"])
        {
            foreach (Match variable in Variable().Matches(Comment().Replace(files.Text(file), "")))
            {
                used.Add(variable.Groups["name"].Value);
                if (!known.Contains(variable.Groups["name"].Value))
                {
                    yield return $"{file}: .env.example has no {variable.Groups["name"].Value}";
                }
            }

            foreach (var service in ComposeFile.Parse(files.Text(file)).Services.Values)
            {
                foreach (var (name, value) in service.Environment.Where(item => Secret().IsMatch(item.Key) && !Required().IsMatch(item.Value)))
                {
                    yield return $"{file}: {service.Name} has {name} in it; expected ${{VARIABLE:?what to do}}";
                }
            }
        }

        foreach (var name in known.Except(used))
        {
            yield return $".env.example: {name} is used by nothing";
        }

        foreach (var file in (string[])[".gitignore", ".dockerignore"])
        {
            if (!files.Text(file).Split('\n').Contains(".env"))
            {
                yield return $"{file}: .env is not in it";
            }
        }

        foreach (var (name, rest) in Dockerfile.Parse(files.Text("Dockerfile")).Instructions.Where(line => line.Name is "ENV" or "ARG" && Secret().IsMatch(line.Text)))
        {
            yield return $"Dockerfile: {name} {rest.Split('=')[0]} would be in the image";
        }
    }

    [GeneratedRegex("PASSWORD|TOKEN|SECRET|CREDENTIAL|PRIVATE_KEY")]
    private static partial Regex Secret();

    [GeneratedRegex(@"^\$\{[A-Z_]+:\?[^}]+\}$")]
    private static partial Regex Required();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    /// <summary>Not those of scripts, whose dollar stands twice.</summary>
    [GeneratedRegex(@"(?<!\$)\$\{?(?<name>[A-Z_]+)")]
    private static partial Regex Variable();
}
