using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Replay;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Bench.Replay;

/// <summary>The agent of <see cref="DdpgAgent"/> as one writes it in TorchSharp: modules, autograd, its Adam. Windows come from the same buffer.</summary>
internal sealed class PlainDdpg : IDisposable
{
    private readonly AgentOptions _options;
    private readonly StepReplay _replay;
    private readonly ReplayBatch _batch;
    private readonly Xoshiro256 _random = new(3);
    private readonly nn.Module<Tensor, Tensor> _actor;
    private readonly nn.Module<Tensor, Tensor>[] _critics;
    private readonly nn.Module<Tensor, Tensor>[] _targets;
    private readonly optim.Optimizer _actorSteps;
    private readonly optim.Optimizer _criticSteps;

    internal PlainDdpg(int observation, int actions, AgentOptions options, StepReplay replay)
    {
        _options = options;
        _replay = replay;
        _batch = new ReplayBatch(replay.Shape, options.Batch);
        _actor = Mlp(observation, actions);
        _critics = [Mlp(observation + actions, 1), Mlp(observation + actions, 1)];
        _targets = [Mlp(observation + actions, 1), Mlp(observation + actions, 1)];
        for (var i = 0; i < _critics.Length; i++)
        {
            _targets[i].load_state_dict(_critics[i].state_dict());
        }

        _actorSteps = optim.Adam(_actor.parameters(), options.LearningRate);
        _criticSteps = optim.Adam(_critics.SelectMany(critic => critic.parameters()), options.LearningRate);
    }

    internal void Update()
    {
        _replay.TrySample(_batch, _random);
        using var scope = NewDisposeScope();
        var rows = _batch.Rows;
        var observations = tensor(_batch.Observations).view(rows, -1);
        var next = tensor(_batch.NextObservations).view(rows, -1);
        var actions = tensor(_batch.Actions).view(rows, -1);
        var returns = tensor(_batch.Returns).view(rows, 1);
        var discounts = tensor(_batch.Discounts).view(rows, 1);

        Tensor goal;
        using (no_grad())
        {
            var pairs = cat([next, Noisy(_actor.call(next).tanh())], 1);
            goal = returns + (discounts * min(_targets[0].call(pairs), _targets[1].call(pairs)));
        }

        var done = cat([observations, actions], 1);
        var loss = nn.functional.mse_loss(_critics[0].call(done), goal) + nn.functional.mse_loss(_critics[1].call(done), goal);
        _criticSteps.zero_grad();
        loss.backward();
        _criticSteps.step();

        var policy = cat([observations, Noisy(_actor.call(observations).tanh())], 1);
        var value = -min(_critics[0].call(policy), _critics[1].call(policy)).mean();
        _actorSteps.zero_grad();
        value.backward();
        _actorSteps.step();

        using (no_grad())
        {
            for (var i = 0; i < _critics.Length; i++)
            {
                foreach (var (target, parameter) in _targets[i].parameters().Zip(_critics[i].parameters()))
                {
                    target.lerp_(parameter, _options.TargetRate);
                }
            }
        }
    }

    public void Dispose()
    {
        _actorSteps.Dispose();
        _criticSteps.Dispose();
        _actor.Dispose();
        foreach (var module in _critics.Concat(_targets))
        {
            module.Dispose();
        }
    }

    private Tensor Noisy(Tensor mean)
    {
        // The gradient passes the cut-off as if it were not there.
        var noise = (randn_like(mean) * 0.2).clamp(-_options.NoiseClip, _options.NoiseClip);
        var noisy = mean + noise;
        return noisy + (noisy.clamp(-1 + 1e-6, 1 - 1e-6) - noisy).detach();
    }

    private nn.Module<Tensor, Tensor> Mlp(int inputs, int outputs) => nn.Sequential(
        nn.Linear(inputs, _options.Hidden[0]), nn.ReLU(), nn.Linear(_options.Hidden[0], _options.Hidden[1]), nn.ReLU(), nn.Linear(_options.Hidden[1], outputs));
}
