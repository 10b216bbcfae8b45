using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Replay;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Reinforcement;

/// <summary>Networks of an agent in plain Torch, autograd and its Adam: what ours is to agree with. Without noise.</summary>
internal sealed class PlainNetwork : IDisposable
{
    private readonly MlpArchitecture _architecture;

    internal PlainNetwork(MlpArchitecture architecture, ulong seed)
    {
        _architecture = architecture;
        var parameters = new float[architecture.Layout.Count];
        PlasticNetwork.DrawInitial(architecture, seed, parameters);
        Initial = [.. architecture.Layout.Blocks.Select(block => tensor(block.In(parameters.AsSpan()).ToArray()).reshape([.. block.Shape.Select(size => (long)size)]))];
        Blocks = [.. Initial.Select(block => nn.Parameter(block.clone()))];
    }

    internal Tensor[] Initial { get; }

    internal TorchSharp.Modules.Parameter[] Blocks { get; }

    internal Tensor Call(Tensor x)
    {
        for (var layer = 0; layer <= _architecture.Hidden.Length; layer++)
        {
            var isHead = layer == _architecture.Hidden.Length;
            x = matmul(x, Block(isHead ? "head.weight" : $"layers.{layer}.weight")) + Block(isHead ? "head.bias" : $"layers.{layer}.bias");
            if (!isHead)
            {
                x = _architecture.LayerNorm
                    ? nn.functional.layer_norm(x, [_architecture.Hidden[layer]], Block($"norms.{layer}.weight"), Block($"norms.{layer}.bias"), 1e-5)
                    : x;
                x = x.relu();
            }
        }

        return x;
    }

    internal void Follow(PlainNetwork other, double rate)
    {
        using var off = no_grad();
        foreach (var (target, source) in Blocks.Zip(other.Blocks))
        {
            target.lerp_(source, rate);
        }
    }

    public void Dispose()
    {
        foreach (var block in Blocks)
        {
            block.Dispose();
        }
    }

    private TorchSharp.Modules.Parameter Block(string name)
    {
        var blocks = _architecture.Layout.Blocks;
        for (var i = 0; i < blocks.Length; i++)
        {
            if (blocks[i].Name == name)
            {
                return Blocks[i];
            }
        }

        throw new ArgumentException(name);
    }
}

internal sealed class PlainDdpg : IDisposable
{
    private readonly AgentOptions _options;
    private readonly PlainNetwork _actor;
    private readonly PlainNetwork[] _critics;
    private readonly PlainNetwork[] _targets;
    private readonly optim.Optimizer _actorSteps;
    private readonly optim.Optimizer _criticSteps;

    internal PlainDdpg(int observation, int actions, AgentOptions options)
    {
        _options = options;
        _actor = new PlainNetwork(options.Architecture(observation, actions), options.SeedOf(0, 0));
        var critic = options.Architecture(observation + actions, 1);
        _critics = [new PlainNetwork(critic, options.SeedOf(1, 0)), new PlainNetwork(critic, options.SeedOf(2, 0))];
        _targets = [new PlainNetwork(critic, options.SeedOf(1, 0)), new PlainNetwork(critic, options.SeedOf(2, 0))];
        _actorSteps = optim.Adam(_actor.Blocks, options.LearningRate);
        _criticSteps = optim.Adam(_critics.SelectMany(one => one.Blocks), options.LearningRate, weight_decay: options.Interventions.WeightDecay);
    }

    internal float[] Act(float[] observation)
    {
        using var scope = NewDisposeScope();
        return [.. _actor.Call(tensor(observation).view(1, -1)).tanh().data<float>().ToArray()];
    }

    internal void Update(ReplayBatch batch)
    {
        using var scope = NewDisposeScope();
        var rows = batch.Rows;
        var (observations, next) = (tensor(batch.Observations).view(rows, -1), tensor(batch.NextObservations).view(rows, -1));
        var weights = tensor(batch.Weights).view(rows, 1);
        Tensor goal;
        using (no_grad())
        {
            var pairs = cat([next, _actor.Call(next).tanh()], 1);
            goal = tensor(batch.Returns).view(rows, 1) + (tensor(batch.Discounts).view(rows, 1) * min(_targets[0].Call(pairs), _targets[1].Call(pairs)));
        }

        var done = cat([observations, tensor(batch.Actions).view(rows, -1)], 1);
        var loss = ((_critics[0].Call(done) - goal).pow(2) * weights).mean() + ((_critics[1].Call(done) - goal).pow(2) * weights).mean();
        foreach (var critic in _critics)
        {
            foreach (var (block, initial) in critic.Blocks.Zip(critic.Initial))
            {
                loss = loss + (_options.Interventions.L2Init * (block - initial).pow(2).sum());
            }
        }

        _criticSteps.zero_grad();
        loss.backward();
        _criticSteps.step();
        var policy = cat([observations, _actor.Call(observations).tanh()], 1);
        _actorSteps.zero_grad();
        (-min(_critics[0].Call(policy), _critics[1].Call(policy)).mean()).backward();
        _actorSteps.step();
        for (var i = 0; i < _critics.Length; i++)
        {
            _targets[i].Follow(_critics[i], _options.TargetRate);
        }
    }

    public void Dispose()
    {
        _actor.Dispose();
        _actorSteps.Dispose();
        _criticSteps.Dispose();
        foreach (var network in _critics.Concat(_targets))
        {
            network.Dispose();
        }
    }
}

internal sealed class PlainDqn : IDisposable
{
    private readonly AgentOptions _options;
    private readonly PlainNetwork _values;
    private readonly PlainNetwork _target;
    private readonly optim.Optimizer _steps;

    internal PlainDqn(int observation, int choices, AgentOptions options)
    {
        _options = options;
        _values = new PlainNetwork(options.Architecture(observation, choices), options.SeedOf(1, 0));
        _target = new PlainNetwork(options.Architecture(observation, choices), options.SeedOf(1, 0));
        _steps = optim.Adam(_values.Blocks, options.LearningRate);
    }

    internal double Update(ReplayBatch batch)
    {
        using var scope = NewDisposeScope();
        var rows = batch.Rows;
        var (observations, next) = (tensor(batch.Observations).view(rows, -1), tensor(batch.NextObservations).view(rows, -1));
        Tensor goal;
        using (no_grad())
        {
            var best = _values.Call(next).argmax(1, keepdim: true);
            goal = tensor(batch.Returns).view(rows, 1) + (tensor(batch.Discounts).view(rows, 1) * _target.Call(next).gather(1, best));
        }

        var taken = tensor([.. batch.Actions.Select(action => (long)action)]).view(rows, 1);
        var losses = nn.functional.smooth_l1_loss(_values.Call(observations).gather(1, taken), goal, reduction: nn.Reduction.None);
        var loss = (losses * tensor(batch.Weights).view(rows, 1)).mean();
        _steps.zero_grad();
        loss.backward();
        _steps.step();
        _target.Follow(_values, _options.TargetRate);
        return loss.item<float>();
    }

    public void Dispose()
    {
        _steps.Dispose();
        _values.Dispose();
        _target.Dispose();
    }
}
