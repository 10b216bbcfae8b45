using System.Text.Json.Nodes;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cli.Chaos;

/// <summary>What came of a drill, counted on the topics and in the store; null: not counted, as nothing is of a drill that stalled
/// before its end.</summary>
internal record DrillFindings
{
    /// <summary>Share of the kills that must be in flight, in percent.</summary>
    internal const int LeastInFlight = 80;

    /// <summary>Task of the pipeline.</summary>
    protected virtual string TaskName => ForecastTask.Name;

    /// <summary>Records on the topic.</summary>
    internal long? Records { get; set; }

    /// <summary>How often a node was killed.</summary>
    internal int Kills { get; set; }

    /// <summary>Kills of a node that had written an output of a record that no stored cursor covered.</summary>
    internal int KillsInFlight { get; set; }

    /// <summary>Stored generations of buckets that were damaged, in their manifest or in a key.</summary>
    internal int GenerationsDamaged { get; set; }

    /// <summary>Stored cursors that were damaged.</summary>
    internal int CursorsDamaged { get; set; }

    /// <summary>How often the brokers went away.</summary>
    internal int BrokerOutages { get; set; }

    /// <summary>Injected request errors.</summary>
    internal int RequestErrors { get; set; }

    /// <summary>How often a second node came and went.</summary>
    internal int SecondNodes { get; set; }

    /// <summary>How often buckets that had lost something had the log read again.</summary>
    internal int Rewinds { get; set; }

    /// <summary>Of each key, records that its learner has not learned from: the difference where there are more of them.</summary>
    internal long? Lost { get; set; }

    /// <summary>Of each key, records that its learner has learned from beyond those that there are.</summary>
    internal long? LearnedTwice { get; set; }

    /// <summary>Kills after which the stored cursor, or the committed offset, was ahead of the stored state.</summary>
    internal int? CommittedNotStored { get; set; }

    /// <summary>Records without a prediction or a dead letter.</summary>
    internal long? OutputsMissing { get; set; }

    /// <summary>Outputs that were written again, as at-least-once may.</summary>
    internal long? OutputsRepeated { get; set; }

    /// <summary>Repeated outputs that do not say the same.</summary>
    internal long? OutputsUnequal { get; set; }

    /// <summary>State after the drill.</summary>
    internal string? Hash { get; set; }

    /// <summary>State that must be: of an undisturbed run over the same records, or made anew from the same log.</summary>
    internal string ExpectedHash { get; set; } = "";

    /// <summary>What kept the drill from its end; null: nothing.</summary>
    internal string? Stalled { get; set; }

    /// <summary>Whether the state is as it must be.</summary>
    internal bool? HashEqual => Hash is null ? null : Hash.Length > 0 && Hash == ExpectedHash;

    /// <summary>Whether all was done that was asked for, and everything is as if nothing had happened.</summary>
    internal virtual bool Passed(DrillOptions options) =>
        Stalled is null && Kills == options.Kills && KillsInFlight * 100 >= Kills * LeastInFlight
        && Lost == 0 && LearnedTwice == 0 && HashEqual == true && CommittedNotStored == 0 && OutputsMissing == 0 && OutputsUnequal == 0;

    internal JsonObject ToJson(DrillOptions options, double seconds)
    {
        var json = new JsonObject
        {
            ["task"] = TaskName,
            ["kills"] = Kills,
            ["kills_in_flight"] = KillsInFlight,
            ["rewinds"] = Rewinds,
            ["records"] = Records,
            ["lost"] = Lost,
            ["learned_twice"] = LearnedTwice,
            ["hash_equal"] = HashEqual,
            ["committed_not_stored"] = CommittedNotStored,
            ["outputs_missing"] = OutputsMissing,
            ["outputs_repeated"] = OutputsRepeated,
            ["outputs_unequal"] = OutputsUnequal,
            ["generations_damaged"] = GenerationsDamaged,
            ["cursors_damaged"] = CursorsDamaged,
            ["broker_outages"] = BrokerOutages,
            ["request_errors"] = RequestErrors,
            ["second_nodes"] = SecondNodes,
            ["seed"] = options.Seed,
            ["mutant"] = options.Mutant == Actors.Protocol.ProtocolMutant.None ? null : options.Mutant.ToString(),
            ["stalled"] = Stalled,
            ["state_hash"] = Hash,
            ["seconds"] = Math.Round(seconds, 1),
            ["passed"] = Passed(options),
        };
        AddTo(json, options);
        return json;
    }

    /// <summary>Adds what this task's drill has besides.</summary>
    protected virtual void AddTo(JsonObject json, DrillOptions options)
    {
    }
}
