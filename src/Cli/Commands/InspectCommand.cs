using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Output;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.State;

namespace StreamLearn.Cli.Commands;

/// <summary><c>inspect</c>: what is in the checkpoint store. Takes nothing: a node may run the pipelines meanwhile.</summary>
internal static class InspectCommand
{
    internal static Command Create()
    {
        var pipeline = ConfiguredStore.NameOption("stored pipeline to look into (default: list all)");
        var keys = new Option<bool>("--keys") { Description = "with --pipeline: each key too" };
        var key = new Option<string?>("--key") { Description = "with --pipeline: this key alone", HelpName = "KEY" };
        var export = new Option<string?>("--export")
        {
            Description = "with --key: file to write the weights of the key's networks to, in the format safetensors", HelpName = "FILE",
        };
        var learner = new Option<string?>("--learner")
        {
            Description = "with --export: the network of this learner alone, which a learner of the same kind can start from "
                + "(default: all)", HelpName = "KIND",
        };
        var command = new Command("inspect", "Looks into the checkpoint store of a configuration, without taking anything.")
        {
            pipeline, keys, key, export, learner,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var (name, one, file, kind) = (
                parsed.GetValue(pipeline), parsed.GetValue(key), parsed.GetValue(export), parsed.GetValue(learner));
            RequireTogether("--keys", parsed.GetValue(keys), "--pipeline", name is not null);
            RequireTogether("--key", one is not null, "--pipeline", name is not null);
            RequireTogether("--export", file is not null, "--key", one is not null);
            RequireTogether("--learner", kind is not null, "--export", file is not null);
            var config = ConfiguredStore.Load(common, parsed);
            await using var store = await ConfiguredStore.OpenReaderAsync(config, interruption.Token);
            JsonObject json;
            if (name is null)
            {
                json = await ListAsync(config, store, interruption.Token);
            }
            else
            {
                var stored = await ConfiguredStore.DescribeAsync(config, store, name, interruption.Token);
                var view = new StoredPipelineView(stored, await store.DamageAsync(name, interruption.Token));
                if (config.Pipelines.FirstOrDefault(found => found.Name == name) is { } definition)
                {
                    await view.LoadAsync(new StoredModels(definition, store), definition, interruption.Token);
                    if (file is not null)
                    {
                        await ExportAsync(new StoredModels(definition, store), stored, one!, kind, file, interruption.Token);
                    }
                }
                else if (one is not null || parsed.GetValue(keys))
                {
                    throw new UsageException(
                        $"--pipeline is '{name}', which is stored but not in the configuration; expected one that is, for its keys "
                        + "to be loaded.");
                }

                if (one is not null)
                {
                    view.Keep(one);
                }

                var withKeys = one is not null || parsed.GetValue(keys);
                view.Show(withKeys);
                json = view.ToJson(withKeys);
            }

            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(json));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void RequireTogether(string option, bool given, string needed, bool there)
    {
        if (given && !there)
        {
            throw new UsageException($"{option} is given without {needed}; expected both.");
        }
    }

    private static async Task<JsonObject> ListAsync(StreamLearnConfig config, ICheckpointReader store, CancellationToken cancellation)
    {
        var pipelines = new JsonArray();
        foreach (var name in await store.PipelinesAsync(cancellation))
        {
            if (await store.DescribeAsync(name, cancellation) is { } stored)
            {
                var view = new StoredPipelineView(stored, await store.DamageAsync(name, cancellation));
                view.ShowLine();
                pipelines.Add(view.Sizes());
            }
        }

        if (pipelines.Count == 0)
        {
            People.Say($"nothing is stored in {config.Checkpoint.Store}");
        }

        return new JsonObject { ["store"] = $"{config.Checkpoint.Store}", ["pipelines"] = pipelines };
    }

    private static async Task ExportAsync(
        StoredModels models, StoredPipeline stored, string key, string? kind, string file, CancellationToken cancellation)
    {
        IReadOnlyList<NetworkWeights>? weights;
        try
        {
            weights = await models.WeightsAsync(key, stored.Buckets.Select(bucket => bucket.Bucket), cancellation)
                ?? throw new UsageException($"--key is '{key}', of which nothing is stored in pipeline {stored.Name}; inspect --keys "
                    + "lists the keys.");
        }
        catch (StateFormatException exception)
        {
            throw new UsageException($"--key '{key}' cannot be loaded: {exception.Message}");
        }

        var names = string.Join(", ", weights.Select(network => network.Name));
        if (weights.Count == 0)
        {
            throw new UsageException($"--export: no learner of pipeline {stored.Name} has a network; expected one like "
                + "multilayer-perceptron, gru or liquid.");
        }

        if (kind is not null)
        {
            weights = [.. weights.Where(network => network.Name == kind)];
            if (weights.Count == 0)
            {
                throw new UsageException($"--learner is '{kind}', which has no network in pipeline {stored.Name}; expected one of "
                    + $"{names}.");
            }
        }

        var joined = NetworkWeights.Join(weights);
        try
        {
            await using var stream = File.Create(file);
            SafetensorsFile.Write(
                stream, joined.Layout, joined.Parameters,
                new Dictionary<string, string> { ["pipeline"] = stored.Name, ["key"] = key, ["learner"] = joined.Name });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--export {file} cannot be written: {exception.Message}");
        }

        People.Say($"{file}: {joined.Layout.Count} weights of {joined.Name}");
    }
}
