import {
  Avatar,
  Brush,
  Microphone,
  Bell,
  Check,
  Monitor,
  CollectionTag,
  FullScreen,
  ChatDotRound,
  ChatLineSquare,
  Coin,
  Connection,
  DataAnalysis,
  Document,
  Filter,
  Promotion,
  QuestionFilled,
  Iphone,
  Goods,
  Medal,
  Present,
  Menu as MenuIcon,
  OfficeBuilding,
  Setting,
  Ticket,
  Tickets,
  User,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'
import type { Permission } from '../api/permissions.ts'

/** A room of the rail: where it is, what it needs, and under which heading it stands. */
export interface Room {
  readonly key: string
  readonly path: string
  readonly icon: Component
  readonly needs: Permission
  readonly group: 'customers' | 'marketing' | 'rewards' | 'wechat' | 'service' | 'data' | 'settings' | null
}

export const rooms: readonly Room[] = [
  { key: 'overview', path: '/', icon: DataAnalysis, needs: 'sales.read', group: null },
  { key: 'members', path: '/members', icon: User, needs: 'members.read', group: 'customers' },
  { key: 'sales', path: '/sales', icon: Tickets, needs: 'sales.read', group: 'customers' },
  { key: 'segments', path: '/segments', icon: Filter, needs: 'segments.read', group: 'customers' },
  { key: 'campaigns', path: '/campaigns', icon: Promotion, needs: 'campaigns.read', group: 'marketing' },
  { key: 'coupons', path: '/coupons', icon: Ticket, needs: 'coupons.read', group: 'rewards' },
  { key: 'tiers', path: '/tiers', icon: Medal, needs: 'tiers.read', group: 'rewards' },
  { key: 'points', path: '/points', icon: Coin, needs: 'points.read', group: 'rewards' },
  { key: 'rewards', path: '/rewards', icon: Present, needs: 'rewards.read', group: 'rewards' },
  { key: 'pickUp', path: '/pick-up', icon: Goods, needs: 'rewards.handOver', group: 'rewards' },
  { key: 'replies', path: '/wechat/replies', icon: ChatLineSquare, needs: 'wechat.read', group: 'wechat' },
  { key: 'wechatMenu', path: '/wechat/menu', icon: MenuIcon, needs: 'wechat.read', group: 'wechat' },
  { key: 'wechatCodes', path: '/wechat/codes', icon: FullScreen, needs: 'codes.read', group: 'wechat' },
  { key: 'wechatMoments', path: '/wechat/moments', icon: Bell, needs: 'wechat.read', group: 'wechat' },
  { key: 'wechatMasses', path: '/wechat/masses', icon: Microphone, needs: 'wechat.read', group: 'wechat' },
  { key: 'wechatFollowers', path: '/wechat/followers', icon: Avatar, needs: 'wechat.read', group: 'wechat' },
  { key: 'wechatTags', path: '/wechat/tags', icon: CollectionTag, needs: 'codes.read', group: 'wechat' },
  {
    key: 'wechatUnknown',
    path: '/wechat/unknown',
    icon: QuestionFilled,
    needs: 'wechat.read',
    group: 'wechat',
  },
  {
    key: 'wechatAccounts',
    path: '/wechat/accounts',
    icon: Iphone,
    needs: 'wechat.read',
    group: 'wechat',
  },
  { key: 'tickets', path: '/tickets', icon: ChatDotRound, needs: 'tickets.read', group: 'service' },
  { key: 'till', path: '/tills', icon: Monitor, needs: 'till.read', group: 'data' },
  { key: 'tillDesk', path: '/desk', icon: Check, needs: 'till.desk', group: 'service' },
  { key: 'imports', path: '/imports', icon: Connection, needs: 'imports.read', group: 'data' },
  { key: 'stores', path: '/stores', icon: OfficeBuilding, needs: 'catalog.read', group: 'settings' },
  { key: 'staff', path: '/staff', icon: Setting, needs: 'staff.read', group: 'settings' },
  { key: 'brand', path: '/brand', icon: Brush, needs: 'brand.write', group: 'settings' },
  { key: 'audit', path: '/audit', icon: Document, needs: 'audit.read', group: 'settings' },
]

/** Where the day begins for whoever does not see sales: a cashier at the counter, others at the first room they may enter. */
export function firstRoom(may: (permission: Permission) => boolean): Room | null {
  const open = rooms.filter(room => may(room.needs))
  return open.find(room => room.key === 'tillDesk') ?? open[0] ?? null
}
