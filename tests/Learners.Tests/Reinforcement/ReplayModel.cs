using StreamLearn.Learners.Reinforcement.Replay;

namespace StreamLearn.Learners.Tests.Reinforcement;

/// <summary>What a replay buffer has to say, by lists and loops.</summary>
internal sealed class ReplayModel(int segmentSteps, int segments, int steps, double discount)
{
    private readonly List<(float Observation, float Action, float Reward, long Previous, StepEnd End)> _steps = [];

    internal long First { get; private set; }

    internal void Add(float observation, float action, float reward, long previous, StepEnd end)
    {
        if (_steps.Count % segmentSteps == 0 && _steps.Count - First == (long)segmentSteps * segments)
        {
            First += segmentSteps;
        }

        _steps.Add((observation, action, reward, previous >= First ? previous : -1, end));
    }

    /// <summary>Every window, by its first step.</summary>
    internal Dictionary<long, (float Observation, float Action, float Return, float Discount, float Next)> Windows()
    {
        var windows = new Dictionary<long, (float, float, float, float, float)>();
        for (var start = First; start < _steps.Count; start++)
        {
            var (at, sum, factor, taken, action) = (start, 0.0, 1.0, 0, 0f);
            while (taken < steps && _steps.FindIndex((int)at + 1, step => step.Previous == at) is > 0 and var next)
            {
                action = taken == 0 ? _steps[next].Action : action;
                sum += factor * _steps[next].Reward;
                factor *= discount;
                at = next;
                taken++;
            }

            if (taken == steps || (taken > 0 && _steps[(int)at].End != StepEnd.None))
            {
                windows[start] = (_steps[(int)start].Observation, action, (float)sum, _steps[(int)at].End == StepEnd.Terminal ? 0 : (float)factor, _steps[(int)at].Observation);
            }
        }

        return windows;
    }
}
