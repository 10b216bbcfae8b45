namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Walks everything that can happen in a <see cref="ProtocolModel"/>, the short ways first.</summary>
internal static class ProtocolSearch
{
    private const int MostFairSteps = 4000;

    // One of so many states is followed by a fair run: that everything ends well is asked of every part of the space, not of every state.
    private const int FairRunOneOf = 256;

    /// <summary>Walks all states, or until there is a violation.</summary>
    /// <param name="setup">The model.</param>
    /// <param name="withFairRuns">Whether to end some of them fairly; without, the way to a violation is the shortest.</param>
    /// <param name="mostStates">Gives up after so many.</param>
    internal static SearchResult Run(ModelSetup setup, bool withFairRuns = true, int mostStates = int.MaxValue)
    {
        var fingerprint = new Fingerprint();
        var start = new ProtocolModel(setup);
        var seen = new HashSet<UInt128> { start.Describe(fingerprint) };
        var steps = new List<(int Before, ModelEvent Event)> { (-1, default) };
        var open = new Queue<(ProtocolModel Model, int Place)>([(start, 0)]);
        var finished = 0;
        while (open.TryDequeue(out var state))
        {
            foreach (var next in state.Model.Possible())
            {
                var model = state.Model.Copy();
                if (ViolationOf(() => model.Do(next)) is { } violation)
                {
                    return new SearchResult(seen.Count, finished, violation, PathTo(steps, state.Place, next));
                }

                var found = model.Describe(fingerprint);
                if (!seen.Add(found))
                {
                    continue;
                }

                steps.Add((state.Place, next));
                open.Enqueue((model, steps.Count - 1));
                if (withFairRuns && found % FairRunOneOf == 0)
                {
                    finished++;
                    var fair = model.Copy();
                    if (ViolationOf(() => FinishFairly(fair)) is { } late)
                    {
                        return new SearchResult(seen.Count, finished, late, PathTo(steps, state.Place, next));
                    }
                }

                if (seen.Count >= mostStates)
                {
                    throw new InvalidOperationException($"There are more than {mostStates} states.");
                }
            }
        }

        return new SearchResult(seen.Count, finished, null, []);
    }

    /// <summary>Lets things happen at random, then no more faults: in the end all is applied, written and stored.</summary>
    internal static void WalkAtRandom(ModelSetup setup, Random random, int mostSteps)
    {
        var model = new ProtocolModel(setup);
        for (var step = 0; step < mostSteps; step++)
        {
            model.StartAgain();
            var possible = model.Possible();
            if (possible.Count == 0)
            {
                break;
            }

            model.Do(possible[random.Next(possible.Count)]);
        }

        FinishFairly(model);
    }

    /// <summary>What is under way arrives, what has no answer is sent again, what is left is read, and all is stored.</summary>
    internal static void FinishFairly(ProtocolModel model)
    {
        model.EndFaults();
        model.StartAgain();
        var asked = false;
        for (var step = 0; !asked || !model.IsDone; step++)
        {
            if (step > MostFairSteps)
            {
                throw new ProtocolViolationException($"It has not ended after {step} fair steps: {model}.");
            }

            var possible = model.Possible();
            if (possible.Count > 0)
            {
                model.Do(possible.MinBy(happening => happening.Kind));
            }
            else if (!asked)
            {
                model.Probe();
                asked = true;
            }
            else
            {
                throw new ProtocolViolationException($"Nothing can happen any more, and not all is applied, written and stored: {model}.");
            }
        }
    }

    private static string? ViolationOf(Action happening)
    {
        try
        {
            happening();
            return null;
        }
        catch (Exception exception) when (exception is ProtocolViolationException or InvalidOperationException)
        {
            return exception.Message;
        }
    }

    private static List<ModelEvent> PathTo(List<(int Before, ModelEvent Event)> steps, int place, ModelEvent last)
    {
        var path = new List<ModelEvent> { last };
        for (; steps[place].Before >= 0; place = steps[place].Before)
        {
            path.Add(steps[place].Event);
        }

        path.Reverse();
        return path;
    }
}
